import { sh, type Command } from '../shell/command.js';

/**
 * The same command as `user`. Commands come as root, who writes nothing where another may: a link could lead it elsewhere.
 */
export function asUser(user: string, command: Command): Command {
  const options = [`--reuid=${user}`, `--regid=${user}`, '--init-groups', '--reset-env'];
  return { ...command, text: sh`cd / && setpriv ${options} sh -c ${command.text}`.text };
}
