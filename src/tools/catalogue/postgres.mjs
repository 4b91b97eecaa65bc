const sql = `SELECT json_build_object('name', lower(name), 'type', vartype, 'unit', unit, 'min', min_val, 'max', max_val,
  'values', enumvals, 'default', boot_val, 'context', context, 'short', short_desc, 'extra', extra_desc)
FROM pg_settings WHERE name NOT LIKE '%.%'`;

const types = { bool: 'BOOLEAN', integer: 'INTEGER', real: 'REAL', enum: 'ENUM', string: 'STRING' };

/** pg_settings of a server of that version, which the distribution's package starts. */
export const postgres =
  (version) =>
  async ({ run, install }) => {
    await install([`postgresql-${version}`]);
    const psql = (text) => run(`su postgres -c 'psql -XqAt -v ON_ERROR_STOP=1' <<'SQL'\n${text};\nSQL`);
    const told = await psql(sql);
    const taken = (await psql("SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1)")).trim();
    return { taken, parameters: told.trim().split('\n').map(read) };
  };

function read(line) {
  const { name, type, unit, min, max, values, default: usual, context, short, extra } = JSON.parse(line);
  return {
    name,
    type: types[type],
    ...(unit !== null && { unit }),
    ...(min !== null && { min: Number(min), max: Number(max) }),
    ...(values !== null && { values }),
    default: usual,
    // `internal`: it tells something, and is no setting.
    ...(context === 'internal' && { preset: true }),
    restart: context === 'postmaster',
    description: [short, extra].filter((text) => text).join(' '),
  };
}
