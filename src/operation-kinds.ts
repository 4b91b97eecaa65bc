import { removeKind } from './backups/kinds/remove.js';
import { takeKind } from './backups/kinds/take.js';
import { verifyKind } from './backups/kinds/verify.js';
import { addNodeKind } from './clusters/kinds/add-node.js';
import { createKind } from './clusters/kinds/create.js';
import { deleteKind } from './clusters/kinds/delete.js';
import { forceDeleteKind } from './clusters/kinds/force-delete.js';
import { growVolumesKind } from './clusters/kinds/grow-volumes.js';
import { performKind } from './clusters/kinds/perform.js';
import { removeNodeKind } from './clusters/kinds/remove-node.js';
import { restartKind } from './clusters/kinds/restart.js';
import { configureKind } from './configurations/kind.js';
import { exportKind } from './exports/kinds/export.js';
import { importKind } from './exports/kinds/import.js';
import { cleanKind } from './hosts/clean.js';
import { reapKind } from './reaper/orphans.js';
import type { ExportPlatform } from './exports/platform.js';
import type { OperationKind } from './operations/work.js';

/** Every kind of operation there is. */
export const kindsOf = (platform: ExportPlatform): ReadonlyMap<string, OperationKind> =>
  new Map(
    [
      createKind,
      addNodeKind,
      removeNodeKind,
      growVolumesKind,
      restartKind,
      deleteKind,
      performKind,
      takeKind,
      removeKind,
      verifyKind,
      exportKind,
      importKind,
      forceDeleteKind,
      configureKind,
      reapKind,
      cleanKind,
    ]
      .map((make) => make(platform))
      .map((kind) => [kind.kind, kind]),
  );
