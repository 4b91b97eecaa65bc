import type { EntityManager } from 'typeorm';
import type { Instance } from '../../../schema/instance.js';
import { reach } from '../../clusters/reach.js';
import type { Platform } from '../../clusters/platform.js';
import type { Loaded } from '../../clusters/view.js';
import type { Manager, Node } from '../../datastores/datastore.js';
import { DomainError } from '../../errors.js';
import type { StepContext } from '../../operations/work.js';
import { stepFailed } from '../../plan/failure.js';
import { converge } from '../../plan/converge.js';
import { maskLines } from '../../plan/mask.js';
import type { Step } from '../../plan/step.js';
import type { ByteRemote, Transferred, TransferOptions } from '../../remote/remote.js';
import type { Command } from '../../shell/command.js';
import { canPack, obtainPacking } from '../../shell/packing.js';
import type { Secret } from '../../shell/secret.js';

/** A node as the steps of backups use it. */
export interface OnNode {
  readonly node: Node;
  readonly remote: ByteRemote;
}

export async function onNode(
  platform: Platform,
  db: EntityManager,
  { view }: Loaded,
  instance: Instance,
): Promise<OnNode> {
  const node = view.nodes.find(({ id }) => id === instance.id);
  if (node === undefined) throw new Error(`no node ${instance.id}`);
  return { node, remote: await reach(platform, db, instance) };
}

/** The programs that pack; where there is no apt, they have to be there. */
const packing = ({ facts }: Node): Step => ({
  name: 'install the programs that pack',
  check: canPack(),
  apply: facts.init === 'local' ? [canPack()] : [obtainPacking()],
});

/** What has to hold on a node before anything is packed or unpacked there: the programs, and `more`. */
export async function makeReady(
  { node, remote }: OnNode,
  more: readonly Step[],
  { signal, output }: Pick<StepContext, 'signal' | 'output'>,
): Promise<void> {
  for (const step of [packing(node), ...more]) await converge(step, remote, { signal, onOutput: output });
}

export interface Transfer extends Pick<TransferOptions, 'first' | 'input' | 'output' | 'file'> {
  readonly name: string;
  readonly command: Command;
  readonly secrets: readonly Secret[];
  readonly context: Pick<StepContext, 'signal' | 'assertHeld' | 'output'>;
}

/** Runs a command that takes or gives bytes. Throws STEP_FAILED with its own words, and no secret in them. */
export async function transferOn(
  remote: ByteRemote,
  { name, command, secrets, context, ...io }: Transfer,
): Promise<Transferred> {
  const { signal, assertHeld, output } = context;
  const lines = maskLines(output, secrets);
  const ended = await remote
    .transfer(command, { onSaid: lines.push, ...io, signal, before: assertHeld })
    .finally(lines.flush);
  const { code, stderr } = ended;
  if (code !== 0) throw stepFailed(name, `exit ${code}`, { stdout: '', stderr }, secrets);
  return ended;
}

/** Throws NOT_SUPPORTED where a manager offers no backups. */
export function plansFor({ id, plans }: Manager): BackupPlans {
  if (offersBackups(plans)) return plans;
  throw new DomainError('NOT_SUPPORTED', `the manager ${id} offers no backups`);
}

type BackupPlans = Manager['plans'] & Required<Pick<Manager['plans'], 'backup' | 'restore'>>;

const offersBackups = (plans: Manager['plans']): plans is BackupPlans =>
  plans.backup !== undefined && plans.restore !== undefined;
