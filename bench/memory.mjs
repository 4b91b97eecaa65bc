import { readFileSync } from 'node:fs';

const everyMs = 50;

/** Resident memory of a process, in bytes. */
const rssOf = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

/** Its processor time in seconds: ticks of a hundredth, after its name in parentheses. */
function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/**
 * Watches a process from now on; `stop` gives its memory between two times (at a tenth of that, at its end, at most), and
 * the processor time that it has used since the beginning.
 */
export function watchMemory(pid) {
  const seen = [];
  const look = () => seen.push({ at: Date.now(), rss: rssOf(pid) });
  look();
  const began = cpuOf(pid);
  const timer = setInterval(look, everyMs);
  return {
    stop(from, until) {
      clearInterval(timer);
      look();
      const within = seen.filter(({ at }) => at >= from && at <= until);
      const early = within.find(({ at }) => at >= from + (until - from) / 10);
      return {
        before: seen[0].rss,
        early: early?.rss ?? 0,
        end: within.at(-1)?.rss ?? 0,
        cpu: cpuOf(pid) - began,
        most: Math.max(...within.map(({ rss }) => rss)),
      };
    },
  };
}
