import type { ValueTransformer } from 'typeorm';

/** A number of bytes in a column: PostgreSQL's driver gives a bigint as text. */
export const byteCount: ValueTransformer = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};
