// What the benches use of the compiled program beside its public API: the same programs, the same texts.
import { join } from 'node:path';
import 'reflect-metadata';

const dist = join(import.meta.dirname, '../dist/src');

export const program = join(dist, 'main.js');
export const { startEmbedded } = await import(join(dist, 'db/embedded/server.js'));
export const { serviceUser } = await import(join(dist, 'db/embedded/service-user.js'));
export const { distribution } = await import(join(dist, 'db/embedded/distribution.js'));
export const { toolbox } = await import(join(dist, 'providers/local/toolbox.js'));
export const { destroyServer } = await import(join(dist, 'providers/local/destroy.js'));
export const { createAuthority, issueCertificate } = await import(join(dist, 'secrets/certificates.js'));
export const { Secret } = await import(join(dist, 'shell/secret.js'));
export const { all, quote, sh } = await import(join(dist, 'shell/command.js'));
export const { directory, file } = await import(join(dist, 'shell/file.js'));
export const { createHostKey, createKeyPair } = await import(join(dist, 'remote/keys.js'));
export const { createRemotePool } = await import(join(dist, 'remote/pool.js'));
export const { converge } = await import(join(dist, 'plan/converge.js'));

const postgres = (name) => import(join(dist, `datastores/postgres/${name}.js`));
export const { hbaText, identText, passfileText, settingsText } = await postgres('files');
export const { plansOf } = await postgres('plans');
export const { initialise, baseBackup } = await postgres('initialise');
export const { layoutOf, unitOf } = await postgres('layout');
export const { slotOf } = await postgres('slot');
export const { createSlotsSql, psql, rolesSql, streamingSql } = await postgres('sql');
export const { quoteSetting } = await postgres('quoting');
export const { setUpService } = await postgres('steps/service');
export const { templatesIn } = await import(join(dist, 'datastores/templates.js'));
export const { gatherFacts, parseFacts } = await import(join(dist, 'shell/facts.js'));
export const { userData } = await import(join(dist, 'providers/cloud-init.js'));
const { openstack } = await import(join(dist, 'providers/openstack/index.js'));
/** The provider itself. */
export const openstackProvider = (env) => openstack.build({ dataDir: '/nowhere', env, log: console });
export const { openDatabase } = await import(join(dist, 'db/data-source.js'));
export const { openVault } = await import(join(dist, 'secrets/open-vault.js'));
export const { parseMasterKey } = await import(join(dist, 'secrets/master-key.js'));
export const { loadManagers } = await import(join(dist, 'datastores/index.js'));
export const { setInstance } = await import(join(dist, 'clusters/states.js'));
export const { Health } = await import(join(dist, 'health/health.js'));
