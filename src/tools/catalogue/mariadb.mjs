const sql = `SELECT JSON_OBJECT('name', LOWER(VARIABLE_NAME), 'type', VARIABLE_TYPE, 'min', NUMERIC_MIN_VALUE,
  'max', NUMERIC_MAX_VALUE, 'values', ENUM_VALUE_LIST, 'default', DEFAULT_VALUE, 'fixed', READ_ONLY, 'description', VARIABLE_COMMENT)
FROM information_schema.SYSTEM_VARIABLES
WHERE VARIABLE_SCOPE <> 'SESSION ONLY' AND COMMAND_LINE_ARGUMENT IS NOT NULL;
SELECT CONCAT('MariaDB ', SUBSTRING_INDEX(@@version, '-', 1));`;

/** information_schema.SYSTEM_VARIABLES: those that an option file may hold. */
export async function mariadb({ run, install }) {
  await install(['mariadb-server']);
  const lines = (await run(`mariadb -NBr <<'SQL'\n${sql}\nSQL`)).trim().split('\n');
  const taken = lines.pop();
  return { taken, parameters: lines.map(read) };
}

function read(line) {
  const { name, type, min, max, values, default: usual, fixed, description } = JSON.parse(line);
  const kind = typeOf(type);
  const numeric = kind === 'INTEGER' || kind === 'REAL';
  return {
    name,
    type: kind,
    ...(numeric && min !== null && { min: Number(min), max: Number(max) }),
    ...(['ENUM', 'SET'].includes(kind) && values !== null && { values: values.split(',') }),
    default: usual,
    restart: fixed === 'YES',
    description: (description ?? '').replaceAll(/\s+/g, ' ').trim(),
  };
}

function typeOf(type) {
  if (/INT/.test(type)) return 'INTEGER';
  return { BOOLEAN: 'BOOLEAN', DOUBLE: 'REAL', ENUM: 'ENUM', SET: 'SET' }[type] ?? 'STRING';
}
