const option = /^ {2}(?:-\w, )?--([a-z0-9-]+)(?:\[?=\S*)?(?:\s+(.*))?$/;

/** What `mysqld --verbose --help` says of each option: its description, and its value where nobody sets it. */
export function readHelp(text) {
  const [options = '', table = ''] = text.split(/^Variables \(--variable-name=value\)$/m);
  return { descriptions: descriptionsOf(options), defaults: defaultsOf(table) };
}

function descriptionsOf(options) {
  const descriptions = new Map();
  let current = null;
  for (const line of options.split('\n')) {
    const [, name, words] = option.exec(line) ?? [];
    if (name !== undefined) current = name.replaceAll('-', '_');
    const more = name === undefined ? line : (words ?? '');
    if (current === null) continue;
    if (name === undefined && !/^ {6,}\S/.test(line)) current = null;
    else descriptions.set(current, `${descriptions.get(current) ?? ''} ${more.trim()}`.trim());
  }
  return descriptions;
}

function defaultsOf(table) {
  const rows = table.split('\n').flatMap((line) => {
    const [, name, value] = /^([a-z0-9-]+) +(.*)$/.exec(line) ?? [];
    return name === undefined
      ? []
      : [[name.replaceAll('-', '_'), value === '(No default value)' ? null : value.trim()]];
  });
  return new Map(rows);
}
