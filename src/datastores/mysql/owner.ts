import type { Command } from '../../shell/command.js';
import { asUser } from '../as-user.js';
import { user } from './layout.js';

/** The same command as the user whom the server runs as. */
export const asOwner = (command: Command): Command => asUser(user, command);
