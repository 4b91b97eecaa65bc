import type { EntityManager } from 'typeorm';
import type { Instance } from '../../../schema/instance.js';
import type { Platform } from '../../clusters/platform.js';
import { everySecret } from '../../clusters/secrets.js';
import type { Loaded } from '../../clusters/view.js';
import { managerPhases } from '../../clusters/steps/manager-steps.js';
import type { Restoration } from '../../datastores/datastore.js';
import type { StepContext, WorkPhase, WorkStep } from '../../operations/work.js';
import { all } from '../../shell/command.js';
import { unpack } from '../../shell/packing.js';
import { Secret } from '../../shell/secret.js';
import { DomainError } from '../../errors.js';
import { openBackupKey } from '../keys.js';
import { openManifest } from '../manifest.js';
import { progress } from '../progress.js';
import { assertAvailable, backupThatIs } from '../rows.js';
import { openStore } from '../stores/open.js';
import { makeReady, onNode, plansFor, transferOn } from './on-node.js';

const name = 'restore the data';

/** What `prepare` is to a new cluster, for one with the data of a backup; `prove`: all of them are read and checked first. */
export function restorePhases(
  platform: Platform,
  loaded: Loaded,
  { backupId, prove }: { readonly backupId: string; readonly prove: boolean },
): WorkPhase[] {
  const planned = plansFor(loaded.manager).restore(loaded.view);
  const { prove: proof, finish } = planned;
  const restoration = prove && proof !== undefined ? { ...planned, finish: all(proof, finish) } : planned;
  const instance = loaded.instances.find(({ id }) => id === restoration.node);
  if (instance === undefined) throw new Error(`no instance ${restoration.node}`);
  const restore: WorkStep = {
    name,
    run: (context) => run(platform, loaded, { restoration, instance, backupId }, context),
  };
  return [
    ...managerPhases(platform, loaded, restoration.before),
    [{ instanceId: instance.id, on: instance.name, steps: [restore] }],
    ...managerPhases(platform, loaded, restoration.after),
  ];
}

interface Wish {
  readonly restoration: Restoration;
  readonly instance: Instance;
  readonly backupId: string;
}

/** Gives the node the data of the backup, unless it has them. */
async function run(platform: Platform, loaded: Loaded, wish: Wish, context: StepContext): Promise<string> {
  const { signal } = context;
  const { db } = platform;
  const { restoration, instance, backupId } = wish;
  const on = await onNode(platform, db.manager, loaded, instance);
  if ((await on.remote.run(restoration.check, { signal })).code === 0) return 'already done';
  await makeReady(on, [], context);
  const { key, backup, store, stored } = await find(platform, db.manager, backupId, signal);
  const secrets = [key, ...(await everySecret(db.manager, platform.vault, instance.clusterId))];
  await store.give(
    backup.location,
    stored.parts,
    async ({ fetch, ...io }) => {
      const command = fetch === undefined ? unpack(restoration) : unpack(restoration, fetch);
      const first = new Secret(`${key.reveal()}\n`);
      await transferOn(on.remote, { name, command, first, secrets, context, ...io });
    },
    { tell: progress(context.output, stored.size), signal },
  );
  const { code } = await on.remote.run(restoration.check, { signal });
  if (code !== 0) throw new DomainError('STEP_FAILED', `${name}: all was sent, and the data are not in their place`);
  return `applied: ${stored.size} bytes`;
}

async function find(platform: Platform, db: EntityManager, backupId: string, signal: AbortSignal) {
  const backup = await backupThatIs(db, backupId, 'restoreFrom');
  assertAvailable(backup, 'restoreFrom');
  const { key } = await openBackupKey(db, platform.vault, backupId);
  const store = await openStore(platform, backup.storeId);
  const text = await store.manifest(backup.location, signal);
  if (text === null)
    throw new DomainError('BACKUP_DAMAGED', `the backup ${backupId} is not in its store any more (${backup.location})`);
  const { stored } = openManifest(text, key, backupId);
  return { key, backup, store, stored };
}
