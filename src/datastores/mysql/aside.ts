/** Options of a server of a moment that nobody reaches but over its own socket, and that changes only its own copy. */
export const aside = [
  '--skip-networking',
  '--skip-log-bin',
  '--skip-replica-start',
  '--read-only=OFF',
  '--super-read-only=OFF',
  '--innodb-buffer-pool-size=64M',
] as const;
