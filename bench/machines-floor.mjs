import { all, quote } from './product.mjs';

/** As the manager's commands come: as root, by sudo. */
const asRoot = (command) => ({ ...command, text: `sudo -n sh -c ${quote(command.text)}` });

/** Commands that need no ssh of their own are run by that of the next: only the last of several may read stdin. */
function joined(commands) {
  const groups = [];
  for (const command of commands) {
    const last = groups.at(-1);
    if (last === undefined || last.at(-1).stdin !== undefined) groups.push([command]);
    else last.push(command);
  }
  return groups.map((group) => all(...group));
}

/**
 * The floor of a plan: what a shell script by hand would run, which are the very commands that the plan applies: no
 * checks, no journal, nothing detached; lanes side by side, each with as few calls of ssh as can be.
 * @param {import('../src/plan/step.js').Plan} plan
 * @param {(node: string) => string} hostOf
 * @param {readonly string[]} needless Steps that such a script would not have.
 * @param {Awaited<ReturnType<typeof import('./control-master.mjs').controlMaster>>} shell
 */
export async function floorOf(plan, hostOf, needless, { together, on }) {
  const lines = [];
  for (const phase of plan) {
    const lanes = phase.map(async ({ node, steps }) => {
      const wanted = steps.filter(({ name }) => !needless.includes(name));
      const commands = wanted.flatMap(({ apply }) => apply.map((part) => ('kind' in part ? part.command : part)));
      const calls = joined(commands).map((command) => on(hostOf(node), asRoot(command)));
      return (await Promise.all(calls)).join(' && ');
    });
    lines.push(...together(await Promise.all(lanes)), '[ "$failed" = 0 ] || exit 1');
  }
  return lines;
}
