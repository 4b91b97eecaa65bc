import { readHelp } from './mysql-help.mjs';

/**
 * MySQL tells nowhere all of it, so it is asked in several ways: performance_schema for the ranges, the server's own help
 * for defaults and descriptions, an assignment of a variable to itself for whether it can be changed while it runs, and
 * numbers for the names that an enumeration has.
 */
export async function mysql({ run, install }) {
  await install(['mysql-server']);
  const client = (sql) => run(`mysql -NBr --force 2>&1 <<'SQL'\n${sql}\nSQL`);
  const lines = async (sql) => (await client(sql)).split('\n').filter((line) => line !== '');
  const help = (...options) =>
    run(`cd /tmp && mysqld --no-defaults ${options.join(' ')} --user=mysql --verbose --help 2>/dev/null || :`);
  const { descriptions, defaults } = readHelp(await help());
  const rows = await lines(`SELECT i.VARIABLE_NAME, i.MIN_VALUE, i.MAX_VALUE FROM performance_schema.variables_info i
    JOIN performance_schema.global_variables g USING (VARIABLE_NAME);`);
  const known = rows.map((row) => row.split('\t')).filter(([name]) => defaults.has(name));
  const fixed = await fixedOf(
    client,
    known.map(([name]) => name),
  );
  const documented = new Map(
    (await lines('SELECT VARIABLE_NAME, DOCUMENTATION FROM performance_schema.variables_metadata;'))
      .filter((row) => !row.startsWith('ERROR'))
      .map((row) => row.split('\t')),
  );
  const parameters = [];
  for (const [name, min, max] of known) {
    const usual = defaults.get(name);
    const restart = fixed.has(name);
    const description = descriptions.get(name) ?? documented.get(name) ?? '';
    const typed = await typeOf({ name, min, max, usual, restart, lines, help });
    parameters.push({ name, ...typed, default: plain(usual, typed.type), restart, description });
  }
  const [version] = await lines("SELECT CONCAT('MySQL ', SUBSTRING_INDEX(@@version, '-', 1));");
  return { taken: version, parameters };
}

/** Those that the server says are read only. */
async function fixedOf(client, names) {
  const told = await client(names.map((name) => `SET GLOBAL ${name} = @@global.${name};`).join('\n'));
  return new Set(
    [...told.matchAll(/ERROR 1238 .* Variable '([^']+)' is a read only variable/g)].map(([, name]) =>
      name.toLowerCase(),
    ),
  );
}

const plain = (usual, type) => {
  if (usual === null) return null;
  return type === 'BOOLEAN' ? { TRUE: 'ON', FALSE: 'OFF' }[usual] : usual;
};

async function typeOf({ name, min, max, usual, restart, lines, help }) {
  if (usual === 'TRUE' || usual === 'FALSE') return { type: 'BOOLEAN' };
  if (max !== '' && max !== '0') {
    const range = { min: Number(min), max: Number(max) };
    // It tells some negative ones as if they had no sign.
    const told = range.min <= range.max ? range : { max: range.max };
    return { type: /\./.test(usual ?? '') ? 'REAL' : 'INTEGER', ...told };
  }
  if (usual !== null && /^-?\d+$/.test(usual)) return { type: 'INTEGER' };
  const ask = restart
    ? async (i) => readHelp(await help(`--${name.replaceAll('_', '-')}=${i}`)).defaults.get(name)
    : async (i) => (await lines(`SET GLOBAL ${name} = ${i}; SELECT @@global.${name};`)).join('\n');
  const values = await namesOf(ask, name === 'sql_mode' ? (i) => String(2n ** BigInt(i)) : String);
  if (values.length < 2) return { type: 'STRING' };
  return { type: name === 'sql_mode' ? 'SET' : 'ENUM', values };
}

/** The names behind the numbers from 0 on, up to the first that is none. */
async function namesOf(ask, number) {
  const values = [];
  for (let i = 0; i < 64; i += 1) {
    const told = await ask(number(i));
    if (told === undefined || told === null || !/^[A-Za-z][\w-]*$/.test(told) || values.includes(told)) {
      if (values.length === 0 || number === String) break;
      continue;
    }
    values.push(told);
  }
  return values;
}
