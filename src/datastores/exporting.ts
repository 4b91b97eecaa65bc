/** How the data of a database are written down. */
export type DumpFormat = 'CUSTOM' | 'PLAIN' | 'RDB';

/** The dump of one database, and where it lies on the server. */
export interface Dump {
  readonly database: string;
  readonly format: DumpFormat;
  /** Absolute. What belongs to it lies beside, its name with an ending more (see `dumping.ts`). */
  readonly file: string;
  /** Begins the names of its detached jobs and of what it makes on the server: `[a-z0-9]+`, a name of its own. */
  readonly token: string;
}

/** A dump that becomes a database. */
export interface Load extends Dump {
  /** Whether a database of that name gives way. Else there must be none. */
  readonly replace: boolean;
  /** How the database that was dumped encodes and sorts its texts, in words of its engine; empty where nobody has told. */
  readonly collation: string;
  /** How many bytes the database had, where that is known; else 0. */
  readonly bytes: number;
}

/** A user whom somebody has made, as the engine has them, with the password's hash. */
export type DatabaseUser = Readonly<Record<string, unknown>>;
