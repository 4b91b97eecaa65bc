import { sh, type Command } from '../../../shell/command.js';
import type { Named, Layout } from '../layout.js';

/** The client as root over the socket: a row a line, nothing escaped; whatever mode somebody has set, SQL is plain SQL. */
export const rows = ({ id }: Named, { socket }: Layout): Command =>
  sh`${id} --no-defaults --batch --raw --skip-column-names --default-character-set=utf8mb4 --init-command=${"SET SESSION sql_mode = ''"} --socket=${socket} --user=root`;

/** What writes databases down, as root over the socket. */
export const dumper = ({ id }: Named, { socket }: Layout): Command => {
  // Whom its log belongs to is nobody's business elsewhere.
  const own = id === 'mysql' ? ['--set-gtid-purged=OFF'] : [];
  const program = id === 'mysql' ? 'mysqldump' : 'mariadb-dump';
  return sh`${program} --no-defaults --socket=${socket} --user=root --default-character-set=utf8mb4 --hex-blob ${own}`;
};

/** A name between backticks. */
export const named = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
