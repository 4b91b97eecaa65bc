import { sh, type Command } from '../../shell/command.js';
import { user } from './layout.js';

/**
 * The same command as the user whom the server runs as. Commands come as root, who writes nothing where another may:
 * a link could lead it elsewhere.
 */
export function asOwner(command: Command): Command {
  const options = [`--reuid=${user}`, `--regid=${user}`, '--init-groups', '--reset-env'];
  return { ...command, text: sh`cd / && setpriv ${options} sh -c ${command.text}`.text };
}
