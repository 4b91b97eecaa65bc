import type { Command } from '../../shell/command.js';
import { asUser } from '../as-user.js';
import type { Node } from '../datastore.js';

/** The same command as the user whom PostgreSQL runs as; a local server has no other. */
export const asOwner = ({ facts }: Node, command: Command): Command =>
  facts.init === 'local' ? command : asUser('postgres', command);
