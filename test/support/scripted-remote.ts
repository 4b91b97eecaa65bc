import type { Remote, Result, RunOptions } from '../../src/remote/remote.js';
import type { Command } from '../../src/shell/command.js';

export interface ScriptedRemote extends Remote {
  /** The texts of the commands that ran, in order. */
  readonly ran: string[];
}

/** A Remote that answers each command from a script; an answer that is left out is success without a word. */
export function scriptedRemote(
  answer: (command: Command, options: RunOptions) => Partial<Result> | Promise<Partial<Result>>,
): ScriptedRemote {
  const ran: string[] = [];
  return {
    ran,
    async run(command, options = {}) {
      options.signal?.throwIfAborted();
      ran.push(command.text);
      return { code: 0, stdout: '', stderr: '', ...(await answer(command, options)) };
    },
  };
}
