import { IsNull } from 'typeorm';
import { BackupStatus } from '../../../schema/backup-enums.js';
import type { Backup as BackupRow } from '../../../schema/backup.js';
import { Backup } from '../../../schema/backup.js';
import type { Platform } from '../../clusters/platform.js';
import { everySecret } from '../../clusters/secrets.js';
import { loadView, type Loaded } from '../../clusters/view.js';
import type { StepContext, WorkLane } from '../../operations/work.js';
import { pack, packingInput } from '../../shell/packing.js';
import type { Secret } from '../../shell/secret.js';
import { chooseNode, type Chosen } from '../choose.js';
import { openBackupKey } from '../keys.js';
import { manifestOf, openManifest, sealManifest } from '../manifest.js';
import type { Stored } from '../../files/parts.js';
import { progress } from '../progress.js';
import { setBackup } from '../rows.js';
import { openStore } from '../stores/open.js';
import type { Store } from '../stores/store.js';
import { makeReady, onNode, plansFor, transferOn } from './on-node.js';

const copyName = 'copy the data';

/** How long a store may take to remove what is half made, in milliseconds. */
const discardMs = 15_000;

/** A backup of a cluster that serves. A later attempt chooses its node anew: the one before may be the reason that it failed. */
export const takeLane = (platform: Platform, backupId: string): WorkLane => ({
  instanceId: null,
  on: null,
  steps: [
    { name: 'choose a node', run: (context) => choose(platform, backupId, context).then(({ said }) => said) },
    {
      name: 'make its server ready',
      run: async (context) => {
        const { loaded, chosen } = await choose(platform, backupId, context);
        await ready(platform, loaded, chosen, context);
        return 'applied';
      },
    },
    {
      name: copyName,
      run: (context) => copy(platform, backupId, context),
      halt: () => discard(platform, backupId),
    },
  ],
});

/** The node that is to be copied, noted with the backup. */
async function choose(platform: Platform, backupId: string, { signal, write }: StepContext) {
  const { manager } = platform.db;
  const backup = await manager.findOneByOrFail(Backup, { id: backupId });
  const loaded = await loadView(platform, manager, backup.clusterId);
  plansFor(loaded.manager);
  const chosen = await chooseNode(platform, loaded, signal);
  const { instance, version } = chosen;
  if (backup.takenFrom !== instance.name || backup.engineVersion !== version)
    await write((tx) => setBackup(tx, backupId, { takenFrom: instance.name, engineVersion: version }));
  return { backup, loaded, chosen, said: `${instance.name} (${instance.role.toLowerCase()})` };
}

async function ready(platform: Platform, loaded: Loaded, { instance }: Chosen, context: StepContext) {
  const on = await onNode(platform, platform.db.manager, loaded, instance);
  const backing = plansFor(loaded.manager).backup(loaded.view, on.node);
  await makeReady(on, backing.steps, context);
  return { ...on, backing };
}

/** Copies the data into the store, unless they are there: as after a worker that died when all was done but telling so. */
async function copy(platform: Platform, backupId: string, context: StepContext): Promise<string> {
  const { db, vault } = platform;
  const { signal, write } = context;
  const row = await db.manager.findOneByOrFail(Backup, { id: backupId });
  if (row.size !== null) return 'already done';
  const store = await openStore(platform, row.storeId);
  const keys = await openBackupKey(db.manager, vault, backupId);
  await clearFailed(platform, store, row, context);
  const before = await whole(store, row, keys.key, signal);
  const stored = before ?? (await send(platform, store, backupId, keys, context));
  const { size, sha256 } = stored;
  await write((tx) => setBackup(tx, backupId, { size, sha256 }));
  return before === null ? `applied: ${size} bytes` : 'already done';
}

/** What a worker that died has left in the store goes, unless it is a backup by now. */
async function discard(platform: Platform, backupId: string): Promise<void> {
  const { storeId, location, size } = await platform.db.manager.findOneByOrFail(Backup, { id: backupId });
  if (size !== null) return;
  const store = await openStore(platform, storeId);
  await store.remove(location, AbortSignal.timeout(discardMs));
}

/** What failed backups of the cluster may have left in a store that was away then: it takes room, and nobody sees it. */
async function clearFailed(platform: Platform, store: Store, row: BackupRow, { signal, write }: StepContext) {
  const { clusterId, storeId } = row;
  const failed = { clusterId, storeId, status: BackupStatus.FAILED, deletedAt: IsNull() };
  for (const { id, location } of await platform.db.manager.findBy(Backup, failed)) {
    await store.remove(location, signal);
    await write((tx) => tx.update(Backup, { id, status: BackupStatus.FAILED }, { deletedAt: new Date() }));
  }
}

/** What the store has of it; null where that is no backup. */
async function whole(
  store: Store,
  { id, location }: BackupRow,
  key: Secret,
  signal: AbortSignal,
): Promise<Stored | null> {
  const text = await store.manifest(location, signal);
  return text === null ? null : openManifest(text, key, id).stored;
}

async function send(
  platform: Platform,
  store: Store,
  backupId: string,
  { key, sealed }: Awaited<ReturnType<typeof openBackupKey>>,
  context: StepContext,
): Promise<Stored> {
  const { db, vault } = platform;
  const { signal, output } = context;
  const { loaded, chosen } = await choose(platform, backupId, context);
  const { remote, backing } = await ready(platform, loaded, chosen, context);
  const backup = await db.manager.findOneByOrFail(Backup, { id: backupId });
  const secrets = [key, ...(await everySecret(db.manager, vault, backup.clusterId))];
  const engine = { manager: loaded.manager.id, version: loaded.view.version };
  return store.keep(
    backup.location,
    async ({ send: sendCommand, ...io }) => {
      const command = sendCommand === undefined ? pack(backing) : pack(backing, sendCommand);
      const first = packingInput(key, backing.read);
      const { stored } = await transferOn(remote, { name: copyName, command, first, secrets, context, ...io });
      return stored;
    },
    (stored) => sealManifest(manifestOf({ backup, engine, sealed }, stored), key),
    { tell: progress(output), signal },
  );
}
