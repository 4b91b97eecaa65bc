import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CancelOperationDocument, OperationDocument, PerformDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, follow, reached, succeed } from '../support/clusters.js';
import type { ControlPlane, Environment } from '../support/control-plane.js';
import { Fleet } from '../support/fleet.js';
import { processesOf } from '../support/leftovers.js';
import { rob } from '../support/rob.js';
import { until } from '../support/until.js';

let fleet: Fleet;
let front: ControlPlane;
let api: Api;
let workers: ControlPlane[];
let instanceId: string;
/** Where commands and tests meet. */
let place: string;

const startWorker = (env: Environment = {}) => fleet.start('worker', { DTROVE_WORKER_CONCURRENCY: '2', ...env });
const at = (name: string): string => join(place, name);
const linesOf = (name: string): number =>
  existsSync(at(name)) ? readFileSync(at(name), 'utf8').split('\n').length - 1 : 0;
const stepsOf = async (id: string) => (await api.get(OperationDocument, { id })).operation?.steps ?? [];
const perform = async (commands: readonly string[]): Promise<string> => {
  const input = { instanceId, name: 'a look', commands: [...commands] };
  return (await api.get(PerformDocument, { input })).perform.operation.id;
};
/** A command that writes a line when it begins, and ends when it may. */
const waiting = (name: string): string =>
  `echo begun >>${at(name)}; until [ -e ${at(`${name}-go`)} ]; do sleep 0.05; done`;
const begun = (name: string) => until(`${name} to begin`, () => linesOf(name) > 0);

/** Which of the workers is at an operation. */
async function holderOf(id: string): Promise<ControlPlane> {
  const [row] = await fleet.sql<{ owner: string | null }>('SELECT lease_owner AS owner FROM operation WHERE id = $1', [
    id,
  ]);
  const holder = workers.find(({ pid }) => row?.owner?.split(':')[1] === String(pid));
  if (holder === undefined) throw new Error(`nobody holds it: ${String(row?.owner)}`);
  return holder;
}

/** Two workers in the place of those there are. */
async function renew(env: Environment): Promise<void> {
  await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
  workers = await Promise.all([startWorker(env), startWorker(env)]);
}

beforeAll(async () => {
  fleet = await Fleet.begin({ DTROVE_LEASE_SECONDS: '3', DTROVE_HEALTH_SECONDS: '1' });
  [front, ...workers] = await Promise.all([fleet.start('api'), startWorker(), startWorker()]);
  api = await front.api();
  place = join(fleet.dataDir, 'place');
  await mkdir(place);
  await chmod(place, 0o777);
}, 120_000);

afterAll(async () => {
  await api.close();
  await fleet.end();
});

describe('two workers of two places each', () => {
  it('share what there is to do, and do nothing of it twice', async () => {
    const made = [];
    for (let n = 0; n < 4; n += 1) made.push(await createCluster(api, `shared-${n}`, 1));
    await Promise.all(made.map(({ operation }) => succeed(api, operation.id)));
    for (const { operation } of made) {
      const doers = workers.filter((worker) => worker.log().includes(operation.id));
      expect(doers).toHaveLength(1);
      expect((await stepsOf(operation.id)).filter(({ attempts }) => attempts > 1)).toEqual([]);
    }
    for (const worker of workers) expect(made.some(({ operation }) => worker.log().includes(operation.id))).toBe(true);
    const [kept, ...others] = made;
    await Promise.all(others.map((one) => deleteCluster(api, one.cluster.id)));
    instanceId = kept?.cluster.instances[0]?.id ?? '';
  }, 120_000);
});

describe('a worker that is told to stop in the middle of a step', () => {
  it('finishes that step within its grace, and leaves the next one to another', async () => {
    const id = await perform([waiting('one'), 'true']);
    await begun('one');
    const holder = await holderOf(id);
    const end = holder.stop('SIGTERM');
    await until('it says that it stops', () => holder.log().includes('stopping'));
    await writeFile(at('one-go'), '');
    expect(await end).toEqual({ code: 0, signal: null });
    await succeed(api, id);
    expect((await stepsOf(id))[0]?.attempts).toBe(1);
    expect(linesOf('one')).toBe(1);
  }, 60_000);

  it('hands it over when the grace is over: the other one waits for what runs, and does not begin it again', async () => {
    await renew({ DTROVE_GRACE_SECONDS: '0' });
    const id = await perform([waiting('two')]);
    await begun('two');
    const holder = await holderOf(id);
    expect(await holder.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    await until('the other one has it', async () => Number((await stepsOf(id))[0]?.attempts) > 1);
    await writeFile(at('two-go'), '');
    await succeed(api, id);
    expect(linesOf('two')).toBe(1);
  }, 60_000);
});

describe('a cancel', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'of what a worker was at that has ended by %s stops what still runs on the server',
    async (signal) => {
      await renew({ DTROVE_GRACE_SECONDS: '0' });
      const id = await perform([waiting(signal)]);
      await begun(signal);
      const holder = await holderOf(id);
      // Nobody is there to go on with it before it is cancelled.
      await Promise.all(workers.filter((worker) => worker !== holder).map((worker) => worker.stop('SIGKILL')));
      await holder.stop(signal);
      expect((await api.get(CancelOperationDocument, { id })).cancelOperation.status).not.toBe('CANCELLED');
      await renew({});
      await follow(api, id);
      const { operation } = await api.get(OperationDocument, { id });
      expect(operation).toMatchObject({ status: 'CANCELLED', steps: [{ status: 'PENDING' }] });
      expect(operation?.message).toMatch(/^cancelled during the step "command 1 of 1"/);
      const commands = (await processesOf(fleet.dataDir)).map((pid) =>
        existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '',
      );
      expect(commands.filter((command) => command.includes(at(`${signal}-go`)))).toEqual([]);
    },
    60_000,
  );
});

describe('the duty of health', () => {
  it('passes to the other worker when the one that has it is killed', async () => {
    const made = await createCluster(api, 'watched', 1);
    await succeed(api, made.operation.id);
    const [duty] = await fleet.sql<{ owner: string }>(`SELECT owner FROM duty WHERE name = 'health'`);
    const one = workers.find(({ pid }) => duty?.owner.split(':')[1] === String(pid));
    const server = (await cluster(api, made.cluster.id)).instances[0]?.server ?? '';
    const killedAt = performance.now();
    await one?.stop('SIGKILL');
    await rob(fleet.dataDir, server);
    await until('it shows', async () => (await cluster(api, made.cluster.id)).status === 'ERROR');
    const seconds = (performance.now() - killedAt) / 1000;
    process.stdout.write(`health: a server's loss showed ${seconds.toFixed(1)} s after its watcher was killed\n`);
    expect(one).toBeDefined();
    expect(seconds).toBeLessThan(15);
    workers = workers.filter((other) => other !== one);
    await deleteCluster(api, made.cluster.id);
  }, 60_000);
});

describe('a client of one api', () => {
  it('sees at each moment what a worker does that another api was asked for', async () => {
    const second = await fleet.start('api');
    const other = await second.api();
    const made = await createCluster(api, 'seen', 1);
    // The step is known there while it runs, not only afterwards.
    await reached(other, made.operation.id, 'initialise the database', 'RUNNING');
    const [here, there] = await Promise.all([follow(api, made.operation.id), follow(other, made.operation.id)]);
    expect(there).toEqual(here);
    await deleteCluster(other, made.cluster.id);
    await other.close();
  }, 60_000);
});
