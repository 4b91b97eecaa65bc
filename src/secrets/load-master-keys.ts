import { loadKeyFile } from './key-file.js';
import { parseMasterKey, type MasterKey } from './master-key.js';

/** Where the master keys are configured. */
export interface KeySettings {
  readonly dataDir: string;
  readonly secretKey: string;
  readonly secretKeyPrevious: string;
}

/** The configured master keys, the present one first; without one, the file `master-key` in the data directory. */
export async function loadMasterKeys({
  dataDir,
  secretKey,
  secretKeyPrevious,
}: KeySettings): Promise<readonly [MasterKey, ...MasterKey[]]> {
  const present = secretKey === '' ? await loadKeyFile(dataDir) : parseMasterKey(secretKey, 'DTROVE_SECRET_KEY');
  if (secretKeyPrevious === '') return [present];
  return [present, parseMasterKey(secretKeyPrevious, 'DTROVE_SECRET_KEY_PREVIOUS')];
}
