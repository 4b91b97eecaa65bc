import type { Command } from '../../shell/command.js';
import { asUser } from '../as-user.js';
import type { Layout } from './layout.js';

/** The same command as the user whom the server runs as. */
export const asOwner = ({ user }: Layout, command: Command): Command => asUser(user, command);
