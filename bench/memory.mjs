import { readFileSync } from 'node:fs';

const everyMs = 50;

/** Resident memory of a process, in bytes. */
const rssOf = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

/** Watches the memory of a process from now on; `stop` gives what it was between two times: at a tenth of that, at its end, at most. */
export function watchMemory(pid) {
  const seen = [];
  const look = () => seen.push({ at: Date.now(), rss: rssOf(pid) });
  look();
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
        most: Math.max(...within.map(({ rss }) => rss)),
      };
    },
  };
}
