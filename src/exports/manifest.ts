import { z } from 'zod';
import { DomainError } from '../errors.js';

/** The first member of an archive: what the others are. */
export const manifestName = 'manifest.json';

/** Counted up when a reader of today could not read it any more. */
const formatVersion = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const Table = z.object({ schema: z.string(), name: z.string(), rows: z.int().min(0) });
export type Table = z.infer<typeof Table>;

const Database = z.object({
  name: z.string().min(1),
  format: z.enum(['CUSTOM', 'PLAIN', 'RDB']),
  /** Name of its dump among the archive's members. */
  member: z.string().regex(/^databases\/[A-Za-z0-9._-]{1,90}$/, 'is no plain name below databases/'),
  size: z.int().min(0),
  sha256,
  /** Bytes that the database had on its server. */
  bytes: z.int().min(0),
  collation: z.string(),
  schemas: z.array(z.string()),
  tables: z.array(Table),
});

export const Manifest = z.object({
  formatVersion: z.literal(formatVersion),
  engine: z.string().min(1),
  version: z.string().regex(/^\d+(\.\d+)*/),
  cluster: z.string(),
  createdAt: z.string(),
  databases: z.array(Database).min(1),
  /** Null: they were not asked for. */
  users: z.array(z.record(z.string(), z.unknown())).nullable(),
});

export type ManifestDatabase = z.infer<typeof Database>;
export type Manifest = z.infer<typeof Manifest>;

const refuse = (words: string): never => {
  throw new DomainError('BAD_USER_INPUT', `the archive cannot be imported: ${words}`);
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(`its ${manifestName} is no JSON`);
  }
}

/** Reads a manifest. Throws BAD_USER_INPUT in words, also for one of a later format. */
export function readManifest(text: string): Manifest {
  const given = parseJson(text);
  const head = z.object({ formatVersion: z.int() }).safeParse(given);
  if (!head.success) return refuse(`its ${manifestName} is none of an export of DTrove`);
  if (head.data.formatVersion > formatVersion)
    return refuse(
      `it has format ${head.data.formatVersion}, and this DTrove knows ${formatVersion}; it was made by a newer one: update this one`,
    );
  const { data, error } = Manifest.safeParse(given);
  if (data === undefined) {
    const [issue] = error.issues;
    return refuse(`its ${manifestName} is wrong at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const names = data.databases.map(({ name }) => name);
  const members = data.databases.map(({ member }) => member);
  if (new Set(names).size < names.length || new Set(members).size < members.length)
    return refuse(`its ${manifestName} names a database twice`);
  return data;
}

export const writeManifest = (manifest: Omit<Manifest, 'formatVersion'>): string =>
  `${JSON.stringify({ formatVersion, ...manifest }, null, 2)}\n`;

const endings = { CUSTOM: 'dump', PLAIN: 'sql', RDB: 'rdb' } as const;

/** A name that every file system takes, with as much of the database's as it bears. */
export const memberName = (index: number, database: string, format: keyof typeof endings): string =>
  `databases/${String(index + 1)}-${database.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 60)}.${endings[format]}`;

const Row = z.tuple([z.string(), z.string(), z.int().min(0)]);

/** The rows as a server has counted them: an array of JSON a line. */
export const readRows = (text: string): Table[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [schema, name, rows] = Row.parse(JSON.parse(line));
      return { schema, name, rows };
    });

const nameOf = ({ schema, name }: Table): string => (schema === '' ? name : `${schema}.${name}`);

/** Where what was counted differs from what was exported, in words. */
export function rowDifferences(expected: readonly Table[], found: readonly Table[]): string[] {
  const counts = new Map(found.map((table) => [JSON.stringify([table.schema, table.name]), table.rows]));
  return expected.flatMap((table) => {
    const rows = counts.get(JSON.stringify([table.schema, table.name]));
    if (rows === table.rows) return [];
    return [`${nameOf(table)} has ${rows === undefined ? 'not come' : `${rows} rows`} in place of ${table.rows} rows`];
  });
}
