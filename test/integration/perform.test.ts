import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CancelOperationDocument,
  OperationDocument,
  OperationProgressDocument,
  PerformDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, fail, follow, succeed, type Created } from '../support/clusters.js';
import { alive, cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { refuses } from '../support/refusal.js';
import { until } from '../support/until.js';

let plane: ControlPlane;
let api: Api;
let dataDir: string;
let made: Created;
let instanceId: string;
/** Where commands and tests meet. */
let place: string;

beforeAll(async () => {
  dataDir = await makeDataDir();
  place = join(dataDir, 'place');
  await mkdir(place);
  await chmod(place, 0o777);
  plane = await ControlPlane.start(dataDir);
  api = await plane.api();
  made = await createCluster(api, 'served', 1);
  await succeed(api, made.operation.id);
  instanceId = made.cluster.instances[0]?.id ?? '';
}, 120_000);

afterAll(cleanUp);

const at = (name: string): string => join(place, name);
const perform = async (commands: readonly string[], more: object = {}) =>
  (await api.get(PerformDocument, { input: { instanceId, name: 'a look', commands: [...commands], ...more } })).perform;
const stepsOf = async (id: string) => (await api.get(OperationDocument, { id })).operation?.steps ?? [];
const statusOf = async () => (await cluster(api, made.cluster.id)).status;
const there = (name: string) =>
  until(`${name} to be written`, () => existsSync(at(name)) && readFileSync(at(name), 'utf8').includes('\n'));

describe('the administrator’s commands', () => {
  it('show what they print while they run, and how they ended; the cluster stays as it is', async () => {
    const commands = [`echo begun; until [ -e ${at('go')} ]; do sleep 0.1; done; echo gone on`, 'id -un; echo "$HOME"'];
    const { operation } = await perform(commands);
    let status: string | null = null;
    for await (const { operationProgress } of api.watch(OperationProgressDocument, { id: operation.id })) {
      const { step } = operationProgress;
      if (status !== null || step?.output !== 'begun\n') continue;
      expect(step).toMatchObject({ name: 'command 1 of 2', status: 'RUNNING', instance: { name: 'served-1' } });
      status = await statusOf();
      await writeFile(at('go'), '');
    }
    expect(status).toBe('ACTIVE');
    expect(operation).toMatchObject({
      kind: 'instance.perform',
      requestedBy: 'admin',
      input: { instanceId, name: 'a look', commands, timeoutSeconds: 300 },
    });
    expect(await stepsOf(operation.id)).toMatchObject([
      { status: 'DONE', message: 'exit 0', output: 'begun\ngone on\n' },
      { status: 'DONE', message: 'exit 0', output: expect.stringMatching(/^\w+\n\/.+\n$/) },
    ]);
  });

  it('end with the first that fails, and go on with it when they are retried', async () => {
    const { operation } = await perform([
      `echo run >>${at('first')}`,
      `echo the words of it; [ -e ${at('mended')} ] || exit 3`,
      `echo run >>${at('last')}`,
    ]);
    const { message, code } = await fail(api, operation.id);
    expect(code).toBe('STEP_FAILED');
    expect(message).toBe('step "command 2 of 3" on served-1 failed: exit 3: the words of it');
    expect((await stepsOf(operation.id)).map(({ status }) => status)).toEqual(['DONE', 'FAILED', 'PENDING']);
    expect(existsSync(at('last'))).toBe(false);
    await writeFile(at('mended'), '');
    await api.get(RetryOperationDocument, { id: operation.id });
    await succeed(api, operation.id);
    expect([readFileSync(at('first'), 'utf8'), readFileSync(at('last'), 'utf8')]).toEqual(['run\n', 'run\n']);
  });

  it('are stopped on the server when they are cancelled, and when their time is up', async () => {
    const { operation } = await perform([`echo $$ >${at('long')}; echo asleep; sleep 600; echo never`]);
    await there('long');
    await api.get(CancelOperationDocument, { id: operation.id });
    await follow(api, operation.id);
    const { operation: ended } = await api.get(OperationDocument, { id: operation.id });
    expect(ended).toMatchObject({
      status: 'CANCELLED',
      message: expect.stringContaining('during the step "command 1'),
    });
    expect(alive(Number(readFileSync(at('long'), 'utf8')))).toBe(false);

    const { operation: slow } = await perform([`echo $$ >${at('slow')}; echo asleep; sleep 600`], {
      timeoutSeconds: 1,
    });
    expect((await fail(api, slow.id)).message).toContain('was still running after 1 s and was stopped: asleep');
    expect(alive(Number(readFileSync(at('slow'), 'utf8')))).toBe(false);
  });

  it('show no secret of the cluster, and the end of a long output', async () => {
    const { password } = made.credentials;
    await writeFile(at('secret'), password);
    const { operation } = await perform([
      `printf 'it is %s, ' "$(cat ${at('secret')})"; sleep 0.3; printf '%s\\n' "$(cut -c 1-9 ${at('secret')})"; cat ${at('secret')}; false`,
    ]);
    const { message, steps } = await fail(api, operation.id);
    expect(message).toContain('it is [secret], ');
    expect(JSON.stringify(await follow(api, operation.id)) + plane.log() + message).not.toContain(password);
    expect(steps[0]?.output).toContain('[secret]');

    const { operation: long } = await perform(['i=0; while [ "$i" -lt 5000 ]; do i=$((i + 1)); echo "line $i"; done']);
    await succeed(api, long.id);
    const [step] = await stepsOf(long.id);
    expect(step?.output).toMatch(/^\[\d+ bytes before this are cut\]\n[^]*\nline 4999\nline 5000\n$/);
    expect(step?.output.length).toBeLessThan(17_000);
  });

  it('keep others waiting, and a repeated key is the same operation', async () => {
    const idempotencyKey = randomUUID();
    const commands = [`until [ -e ${at('free')} ]; do sleep 0.1; done`];
    const { operation } = await perform(commands, { idempotencyKey });
    const again = await perform(commands, { idempotencyKey });
    const input = { instanceId, name: 'another', commands: ['true'] };
    const refused = await api.refused(PerformDocument, { input });
    await writeFile(at('free'), '');
    await succeed(api, operation.id);
    expect(again.operation.id).toBe(operation.id);
    expect(refused.extensions).toMatchObject({ code: 'CONFLICT', operationId: operation.id });
  });

  it('are joined by the next worker when theirs is killed, and begun once', async () => {
    const { operation } = await perform([
      `echo run >>${at('runs')}; until [ -e ${at('on')} ]; do sleep 0.1; done; echo all of it`,
    ]);
    await there('runs');
    await api.close();
    await plane.stop('SIGKILL');
    plane = await ControlPlane.start(dataDir);
    api = await plane.api();
    await writeFile(at('on'), '');
    await succeed(api, operation.id);
    expect(await stepsOf(operation.id)).toMatchObject([{ status: 'DONE', attempts: 2, output: 'all of it\n' }]);
    expect(readFileSync(at('runs'), 'utf8')).toBe('run\n');
  });
});

describe('perform refuses', () => {
  it.each([
    ['no commands', { commands: [] }, 'BAD_USER_INPUT', 'commands'],
    ['an empty command', { commands: ['true', ' \n'] }, 'BAD_USER_INPUT', 'commands'],
    ['a zero byte', { commands: ['echo \0'] }, 'BAD_USER_INPUT', 'commands'],
    ['half a surrogate pair', { commands: ['echo \ud800'] }, 'BAD_USER_INPUT', 'commands'],
    ['51 commands', { commands: Array(51).fill('true') }, 'BAD_USER_INPUT', 'commands'],
    ['more than 32 KiB', { commands: ['true', `: ${'€'.repeat(11_000)}`] }, 'BAD_USER_INPUT', 'commands'],
    ['no title', { name: '  ' }, 'BAD_USER_INPUT', 'name'],
    ['a title of two lines', { name: 'a\nb' }, 'BAD_USER_INPUT', 'name'],
    ['no time', { timeoutSeconds: 0 }, 'BAD_USER_INPUT', 'timeoutSeconds'],
    ['more than a day', { timeoutSeconds: 86_401 }, 'BAD_USER_INPUT', 'timeoutSeconds'],
    ['an instance that is none', { instanceId: randomUUID() }, 'NOT_FOUND', 'instanceId'],
    ['an instance by nonsense', { instanceId: '../1' }, 'NOT_FOUND', 'instanceId'],
  ])('%s', async (_what, more, code, field) => {
    const input = { instanceId, name: 'a look', commands: ['true'], ...more };
    await refuses(api, PerformDocument, { input }, { code, field });
  });
});
