/**
 * Redis and Valkey tell names and values; types and ranges they tell when they refuse a value. Each name is given wrong ones
 * in a configuration file, and each is set to what it is on a running server, which refuses those that need a restart.
 */
export const redis =
  (id) =>
  async ({ run, install }) => {
    await install([`${id}-server`]);
    const told = await run(probe(id));
    const [values = '', refusals = '', fixed = '', file = '', version = ''] = told.split('---- dtrove ----\n');
    const lines = values.split('\n').slice(0, -1);
    const defaults = new Map(lines.flatMap((name, i) => (i % 2 === 0 ? [[name, lines[i + 1] ?? '']] : [])));
    const refused = new Map(
      refusals
        .split('\n')
        .map((line) => line.split('\t'))
        .map(([name, ...words]) => [name, words]),
    );
    const restart = new Set(fixed.trim().split('\n'));
    const describe = descriptionsIn(file, [...defaults.keys()]);
    const parameters = [...defaults].map(([name, usual]) => ({
      name,
      ...typeOf(name, refused.get(name) ?? []),
      default: usual,
      restart: restart.has(name),
      description: describe(name),
    }));
    return { taken: `${id === 'redis' ? 'Redis' : 'Valkey'} ${version.trim()}`, parameters };
  };

const wrong = [
  'dtrove-no-such-value',
  '-99999999999999999999',
  '-9223372036854775807',
  '9223372036854775807',
  '18446744073709551615',
];

const probe = (id) => `systemctl stop ${id}-server; cd /tmp; mark='---- dtrove ----'
${id}-server --daemonize yes >/dev/null; tries=0
until [ "$(${id}-cli PING)" = PONG ] || [ $tries -gt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
${id}-cli CONFIG GET '*' >values; cat values; echo "$mark"
for name in $(awk 'NR % 2 == 1' values); do
  printf %s "$name"
  for value in ${wrong.join(' ')}; do
    printf '%s %s\\ndtrove-checked yes\\n' "$name" "$value" >wrong.conf
    printf '\\t%s' "$(timeout 5 ${id}-server wrong.conf --port 0 --pidfile /dev/null 2>&1 | grep -A1 ">>> '$name " | tail -n 1)"
  done
  echo
done; echo "$mark"
awk 'NR % 2 == 1 { name = $0 } NR % 2 == 0 { printf "%s\\n%s\\n", name, $0 }' values | while read -r name; do
  IFS= read -r value
  ${id}-cli CONFIG SET "$name" "$value" </dev/null 2>&1 | grep -q immutable && echo "$name"
done; echo "$mark"
cat /etc/${id}/${id}.conf; echo "$mark"
${id}-server --version | sed 's/.*v=\\([^ ]*\\) .*/\\1/'
${id}-cli SHUTDOWN NOSAVE >/dev/null 2>&1 || :
`;

/** Several words, each by itself in the file. */
const lists = ['save', 'client-output-buffer-limit', 'oom-score-adj-values', 'latency-tracking-info-percentiles'];

function typeOf(name, words) {
  if (lists.includes(name)) return { type: 'LIST' };
  const all = words.join('\n');
  if (/must be 'yes' or 'no'/.test(all)) return { type: 'BOOLEAN' };
  const [, values] = /must be one of the following: (.*)/.exec(all) ?? [];
  if (values !== undefined) return { type: 'ENUM', values: values.split(', ').map((value) => value.trim()) };
  if (/memory or percent/.test(all)) return { type: 'STRING' };
  const [, min, max] = /between (-?\d+) and (-?\d+)/.exec(all) ?? [];
  const range = min === undefined ? {} : { min: Number(min), max: Number(max) };
  if (/memory value/.test(all)) return { type: 'INTEGER', unit: 'bytes', min: 0, ...range };
  if (/octal/.test(all)) return { type: 'STRING' };
  return /parsed into an integer|between/.test(all) ? { type: 'INTEGER', ...range } : { type: 'STRING' };
}

/** The comment above the line that sets a name, or shows how to, in the package's own file. */
function descriptionsIn(file, names) {
  const known = new Set(names);
  const found = new Map();
  let comment = [];
  let after = false;
  for (const line of file.split('\n')) {
    const [, name] = /^#? ?([a-z][a-z0-9-]*)(?: |$)/.exec(line) ?? [];
    if (name !== undefined && known.has(name) && (!line.startsWith('#') || /^# ?[a-z0-9-]+( \S+){0,4}$/.test(line))) {
      if (!found.has(name)) found.set(name, comment.join(' ').replaceAll(/\s+/g, ' ').trim());
      after = true;
    } else if (/^#/.test(line)) {
      if (after) comment = [];
      after = false;
      comment.push(line.replace(/^#+ ?/, ''));
    } else if (!after) comment = [];
  }
  return (name) => shorten(found.get(name) ?? '');
}

const longest = 600;

/** The sentences of it that are within the length. */
function shorten(text) {
  if (text.length <= longest) return text;
  const end = text.lastIndexOf('. ', longest);
  return end > 0 ? text.slice(0, end + 1) : `${text.slice(0, longest)} …`;
}
