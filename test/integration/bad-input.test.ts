import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AddNodeDocument,
  ClustersDocument,
  CreateClusterDocument,
  DeleteClusterDocument,
  RegisterDatastoreDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { createCluster, postgres17, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { refusal, refuses as refusesWith, type Document } from '../support/refusal.js';

let plane: ControlPlane;
let api: Api;
let datastoreId: string;
let made: Created;
const nobody = randomUUID();

beforeAll(async () => {
  plane = await ControlPlane.start(await makeDataDir(), { DTROVE_MAX_CLUSTER_SIZE: '3' });
  api = await plane.api();
  datastoreId = await postgres17(api);
  made = await createCluster(api, 'taken', 1);
  await succeed(api, made.operation.id);
}, 120_000);

afterAll(cleanUp);

const refuses = (document: Document, variables: object, code: string, field: string): Promise<void> =>
  refusesWith(api, document, variables, { code, field });

const nested = (levels: number): object => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as object;
const long = (length: number): string => 'a'.repeat(length);

describe('createCluster refuses', () => {
  it.each([
    ['an empty name', { name: '' }, 'name'],
    ['a blank name', { name: ' \t\n ' }, 'name'],
    ['a name of 64 characters', { name: long(64) }, 'name'],
    ['a name of a megabyte less a bit', { name: long(900_000) }, 'name'],
    ['a name with a slash', { name: '../../etc' }, 'name'],
    ['a name with a zero byte', { name: 'a\0b' }, 'name'],
    ['a name with half a surrogate pair', { name: 'a\ud800' }, 'name'],
    ['a name that begins with a hyphen', { name: '-rf' }, 'name'],
    ['a name that is null', { name: null }, 'name'],
    ['a name that is a number', { name: 7 }, 'name'],
    ['no node', { size: 0 }, 'size'],
    ['less than no node', { size: -1 }, 'size'],
    ['more nodes than DTROVE_MAX_CLUSTER_SIZE', { size: 4 }, 'size'],
    ['as many nodes as fit in an Int', { size: 2_147_483_647 }, 'size'],
    ['more nodes than fit in an Int', { size: 2_147_483_648 }, 'size'],
    ['half a node', { size: 1.5 }, 'size'],
    ['a size in words', { size: 'three' }, 'size'],
    ['an unknown provider', { provider: 'cloud-nine' }, 'provider'],
    ['an empty provider', { provider: '' }, 'provider'],
    ['an unknown flavor', { flavor: 'vanilla' }, 'flavor'],
    ['an empty flavor', { flavor: '' }, 'flavor'],
    ['a volume of no size', { volumeGb: 0 }, 'volumeGb'],
    ['half a GiB', { volumeGb: 0.5 }, 'volumeGb'],
    ['a volume larger than any', { volumeGb: 60_000 }, 'volumeGb'],
    ['a volume where the provider has none', { volumeGb: 1 }, 'volumeGb'],
    ['settings that are a text', { settings: 'work_mem=8MB' }, 'settings'],
    ['settings that are a list', { settings: [] }, 'settings'],
    ['settings that DTrove itself sets', { settings: { parameters: { port: 1 } } }, 'settings.parameters.port'],
    ['settings that there are not', { settings: { colour: 'red' } }, 'settings.colour'],
    ['settings with a zero byte', { settings: { parameters: { work_mem: '8\0MB' } } }, 'settings.parameters.work_mem'],
    ['settings without a bottom', { settings: { parameters: nested(500) } }, 'settings'],
    ['an empty idempotency key', { idempotencyKey: '' }, 'idempotencyKey'],
    ['a long idempotency key', { idempotencyKey: long(256) }, 'idempotencyKey'],
    ['an idempotency key with a zero byte', { idempotencyKey: 'a\0b' }, 'idempotencyKey'],
    ['a field that there is not', { colour: 'red' }, 'colour'],
  ])('%s', async (_what, wrong, field) => {
    await refuses(CreateClusterDocument, { input: { name: 'fine', datastoreId, ...wrong } }, 'BAD_USER_INPUT', field);
  });

  it.each([
    ['unknown', nobody],
    ['malformed', 'seventeen'],
    ['empty', ''],
    ['malicious', "' OR 1=1 --"],
  ])('a datastore that is %s', async (_what, id) => {
    await refuses(CreateClusterDocument, { input: { name: 'fine', datastoreId: id } }, 'NOT_FOUND', 'datastoreId');
  });

  it.each([
    ['redis', '8'],
    ['mariadb', '11.8'],
    ['mysql', '9'],
  ])('%s, which the provider has no servers for', async (manager, version) => {
    const input = { manager, version, image: 'local' };
    const { id } = (await api.get(RegisterDatastoreDocument, { input })).registerDatastore;
    await refuses(CreateClusterDocument, { input: { name: 'fine', datastoreId: id } }, 'BAD_USER_INPUT', 'datastoreId');
  });

  it('a name that is missing', async () => {
    await refuses(CreateClusterDocument, { input: { datastoreId } }, 'BAD_USER_INPUT', 'name');
  });

  it('a name that is taken, also with blanks around it', async () => {
    for (const name of ['taken', '  taken '])
      await refuses(CreateClusterDocument, { input: { name, datastoreId } }, 'CONFLICT', 'name');
  });

  it('an idempotency key that was used for something else', async () => {
    const { cluster } = made;
    const input = { clusterId: cluster.id, idempotencyKey: 'used' };
    await succeed(api, (await api.get(AddNodeDocument, { input })).addNode.operation.id);
    const again = { input: { name: 'fine', datastoreId, idempotencyKey: 'used' } };
    await refuses(CreateClusterDocument, again, 'CONFLICT', 'idempotencyKey');
  }, 120_000);

  it('all but one of ten that want one name at once', async () => {
    const input = { name: 'raced', datastoreId };
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.ask(CreateClusterDocument, { input })));
    const [won, ...more] = answers.filter(({ errors }) => errors === undefined);
    expect(more).toEqual([]);
    for (const lost of answers.filter((answer) => answer !== won))
      expect(refusal(lost)).toMatchObject({ code: 'CONFLICT', field: 'name' });
    await succeed(api, won?.data?.createCluster.operation.id ?? '');
    const { clusters } = await api.get(ClustersDocument, {});
    expect(clusters.edges.map(({ node }) => node.name)).toEqual(['taken', 'raced']);
  }, 120_000);
});

describe('DTROVE_MAX_CLUSTER_SIZE', () => {
  it('is 10 unless it is set', async () => {
    const other = await ControlPlane.start(await makeDataDir());
    const theirs = await other.api();
    const input = { name: 'fine', datastoreId: await postgres17(theirs), size: 11 };
    const { message, extensions } = await theirs.refused(CreateClusterDocument, { input });
    expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'size' });
    expect(message).toContain('at most 10 nodes (DTROVE_MAX_CLUSTER_SIZE)');
    await other.stop();
  }, 120_000);
});

describe('addNode refuses', () => {
  it.each([
    ['no node', { count: 0 }, 'count'],
    ['less than no node', { count: -1 }, 'count'],
    ['more than DTROVE_MAX_CLUSTER_SIZE', { count: 2 }, 'count'],
    ['as many as fit in an Int', { count: 2_147_483_647 }, 'count'],
    ['a count in words', { count: 'one' }, 'count'],
    ['an empty idempotency key', { idempotencyKey: '' }, 'idempotencyKey'],
  ])('%s', async (_what, wrong, field) => {
    await refuses(AddNodeDocument, { input: { clusterId: made.cluster.id, ...wrong } }, 'BAD_USER_INPUT', field);
  });

  it.each([
    ['unknown', nobody],
    ['malformed', 'orders'],
  ])('a cluster that is %s', async (_what, clusterId) => {
    await refuses(AddNodeDocument, { input: { clusterId } }, 'NOT_FOUND', 'clusterId');
  });

  it('a cluster that is being made, and one that is being or has been deleted', async () => {
    const created = await createCluster(api, 'passing', 1);
    const add = { input: { clusterId: created.cluster.id } };
    const busy = await api.refused(AddNodeDocument, add);
    expect(busy.extensions).toMatchObject({ code: 'CONFLICT', field: 'clusterId', operationId: created.operation.id });
    await succeed(api, created.operation.id);
    const { deleteCluster } = await api.get(DeleteClusterDocument, { id: created.cluster.id });
    const deleting = await api.refused(AddNodeDocument, add);
    const now = { field: 'clusterId', operationId: deleteCluster.operation.id };
    expect(deleting.extensions).toMatchObject({ code: 'CONFLICT', ...now });
    await succeed(api, deleteCluster.operation.id);
    await refuses(AddNodeDocument, add, 'NOT_FOUND', 'clusterId');
    await refuses(DeleteClusterDocument, { id: created.cluster.id }, 'NOT_FOUND', 'id');
  }, 120_000);
});

describe('registerDatastore', () => {
  const good = { manager: 'postgres', version: '17', image: 'local' };

  it.each([
    ['an unknown manager', { manager: 'oracle' }, 'manager'],
    ['an empty manager', { manager: ' ' }, 'manager'],
    ['a version that the manager does not run', { version: '9.6' }, 'version'],
    ['a version that is none', { version: '../17' }, 'version'],
    ['an empty image', { image: '' }, 'image'],
    ['a long image', { image: long(201) }, 'image'],
    ['an image with a zero byte', { image: 'a\0b' }, 'image'],
    ['a package that is none', { packages: ['good', '--purge'] }, 'packages'],
    [
      'more packages than anybody has',
      { packages: Array.from({ length: 30 }, (_, i) => `${'p'.repeat(40)}${i}`) },
      'packages',
    ],
    ['packages that are numbers', { packages: ['good', 7] }, 'packages'],
  ])('refuses %s', async (_what, wrong, field) => {
    await refuses(RegisterDatastoreDocument, { input: { ...good, ...wrong } }, 'BAD_USER_INPUT', field);
  });

  it('drops blank packages; the same with other packages is another offer', async () => {
    const input = { ...good, image: 'other', packages: ['', ' postgis ', '   ', 'pgvector'] };
    const { registerDatastore: first } = await api.get(RegisterDatastoreDocument, { input });
    expect(first.packages).toEqual(['postgis', 'pgvector']);
    const { registerDatastore: again } = await api.get(RegisterDatastoreDocument, { input });
    const other = { ...input, packages: ['postgis'] };
    const { registerDatastore: second } = await api.get(RegisterDatastoreDocument, { input: other });
    expect([again.id === first.id, second.id === first.id]).toEqual([true, false]);
  });
});
