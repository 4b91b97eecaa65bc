/** What a value of a parameter is. SET: several of the allowed values, between commas. LIST: words between blanks. */
export type ParameterType = 'BOOLEAN' | 'INTEGER' | 'REAL' | 'ENUM' | 'SET' | 'LIST' | 'STRING';

/** One parameter of an engine, as the engine itself tells of it. */
export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  /** What a bare number counts, such as `kB` or `ms`. */
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
  /** What holds where nothing is said; null: nothing. */
  readonly default: string | null;
  /** Whether a change is in force only after a restart. */
  readonly restart: boolean;
  /** It tells something, and can be set by nobody. */
  readonly preset?: boolean;
  readonly description: string;
}

/** A parameter as a manager offers it. */
export interface OfferedParameter extends Parameter {
  /** Why nobody but DTrove sets it; null: users may. */
  readonly managed: string | null;
}

/** The parameters of one version, and of which release they were taken. */
export interface Catalogue {
  readonly taken: string;
  readonly parameters: readonly OfferedParameter[];
}

/** A value as it is kept in a configuration, and written by a manager. */
export type ParameterValue = string | number | boolean | readonly string[];

/** What a suffix of a number stands for, in the parameter's own unit; `''` is a bare number. */
export type Suffixes = Readonly<Record<string, number>>;

/** How an engine reads the numbers of its parameters. */
export type SuffixesOf = (parameter: Parameter) => Suffixes;
