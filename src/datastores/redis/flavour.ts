/** One of the family: Redis, and Valkey, which is Redis by another name. */
export interface Flavour {
  /** The manager's id; the name of its user, its group, its directories and its programs too. */
  readonly id: 'redis' | 'valkey';
  /** As a sentence names it. */
  readonly title: string;
  /** What its versions are to the user: the first number of a release, newest first. */
  readonly versions: readonly string[];
}

export const redisFlavour: Flavour = { id: 'redis', title: 'Redis', versions: ['8', '7'] };
export const valkeyFlavour: Flavour = { id: 'valkey', title: 'Valkey', versions: ['9', '8', '7'] };
