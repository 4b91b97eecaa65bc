import { sh, withStdin, type Command } from '../../shell/command.js';
import { Secret } from '../../shell/secret.js';
import type { ClusterView } from '../datastore.js';
import type { Layout } from './layout.js';
import { quoteWord } from './quoting.js';

/** The command-line client on the server's own socket; what it shall say stands on stdin, so that nothing is an argument. */
export const client = ({ cli, socket }: Layout): Command => sh`${cli} -s ${socket}`;

/** `command`, given on stdin what makes the client log in and ask for `sections` of INFO. */
export function asking({ replication }: ClusterView, command: Command, sections: readonly string[]): Command {
  const { username, password } = replication;
  const words = ['AUTH', quoteWord(username), quoteWord(password.reveal())];
  return withStdin(command, new Secret(`${words.join(' ')}\nINFO ${sections.join(' ')}\n`));
}
