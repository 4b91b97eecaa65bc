import { z } from 'zod';
import { DomainError } from '../../errors.js';

const range = z
  .string()
  .regex(/^\d+-\d+$/)
  .transform((text) => text.split('-').map(Number) as [number, number])
  .refine(([first, last]) => first >= 1024 && first < last && last <= 65_535);

/** The provider's own settings, from the environment. */
export interface LocalSettings {
  /** As root: whom the servers' processes run as; empty: chosen. */
  readonly user: string;
  /** First and last port that servers are given. */
  readonly ports: readonly [number, number];
  /** Directory of PostgreSQL's client programs; empty: where they are as a rule. */
  readonly clients: string;
}

/** Throws BAD_USER_INPUT naming the variable. */
export function localSettings(env: Readonly<Record<string, string | undefined>>): LocalSettings {
  const { DTROVE_LOCAL_PORTS: wanted = '', DTROVE_LOCAL_USER: user = '' } = env;
  const { DTROVE_LOCAL_POSTGRES_BIN: clients = '' } = env;
  const ports = range.safeParse(wanted === '' ? '15432-19999' : wanted);
  if (ports.success) return { user, ports: ports.data, clients };
  throw new DomainError('BAD_USER_INPUT', 'DTROVE_LOCAL_PORTS: is a range from 1024 to 65535 such as 15432-19999');
}
