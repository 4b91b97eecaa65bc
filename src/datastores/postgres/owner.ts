import { sh, type Command } from '../../shell/command.js';
import type { Node } from '../datastore.js';

/**
 * The same command as the user whom PostgreSQL runs as. On servers of their own commands come as root, who writes
 * nothing where `postgres` may: a link could lead it elsewhere, and PostgreSQL could not read what came of it.
 */
export function asOwner({ facts }: Node, command: Command): Command {
  if (facts.init === 'local') return command;
  const user = ['--reuid=postgres', '--regid=postgres', '--init-groups', '--reset-env'];
  return { ...command, text: sh`cd / && setpriv ${user} sh -c ${command.text}`.text };
}
