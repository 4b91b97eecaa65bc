import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { IncusApi } from '../../../../src/providers/incus/api.js';
import { gate } from '../../../support/until.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const { signal } = new AbortController();
const sync = (metadata: unknown) => JSON.stringify({ type: 'sync', status_code: 200, metadata });
const refusal = (code: number, error: string) =>
  JSON.stringify({ type: 'error', error_code: code, error, metadata: null });

describe('the REST API of Incus', () => {
  let directory: string;
  let server: Server;
  let api: IncusApi;
  let handle: Handler;
  let asked: string[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dtrove-incus-'));
    const socket = join(directory, 's');
    asked = [];
    server = createServer((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      handle(request, response);
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    api = new IncusApi({ socket }, 'a b');
  });

  afterEach(async () => {
    api.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(directory, { recursive: true });
  });

  it('asks in its project, and reads what it needs of an answer', async () => {
    handle = (_, response) => response.end(sync({ name: 'x', more: 1 }));
    expect(await api.get(z.object({ name: z.string() }), '/instances/x?recursion=1', signal)).toEqual({ name: 'x' });
    expect(asked).toEqual(['GET /1.0/instances/x?recursion=1&project=a%20b']);
  });

  it('finds nothing where there is nothing, and tells what else is refused', async () => {
    handle = (_, response) => response.end(refusal(404, 'Instance not found'));
    expect(await api.find(z.unknown(), '/instances/x', signal)).toBeNull();
    await expect(api.get(z.unknown(), '/instances/x', signal)).rejects.toMatchObject({ status: 404 });
    handle = (_, response) => response.end(refusal(500, 'broken'));
    await expect(api.find(z.unknown(), '/x', signal)).rejects.toMatchObject({ status: 500, words: 'broken' });
  });

  it('waits for the operation that a change begins, as often as it takes, and tells why it failed', async () => {
    const ends = [
      { status_code: 103, err: '' },
      { status_code: 103, err: '' },
      { status_code: 400, err: 'no space left on device' },
    ];
    handle = (request, response) => {
      const begun = JSON.stringify({ type: 'async', operation: '/1.0/operations/o1', metadata: {} });
      response.end(request.method === 'POST' ? begun : sync(ends.shift()));
    };
    await expect(api.change('POST', '/instances', signal, {})).rejects.toMatchObject({
      words: 'no space left on device',
    });
    expect(asked.slice(1)).toEqual(Array(3).fill('GET /1.0/operations/o1/wait?timeout=30&project=a%20b'));
  });

  it('ends a wait when it is told to, with the reason', async () => {
    const arrived = gate();
    handle = () => {
      arrived.open();
    };
    const end = new AbortController();
    const waiting = api.finish('/operations/o1', end.signal);
    await arrived.reached;
    const reason = new Error('enough');
    end.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('says that a connection broke, which may pass', async () => {
    handle = (request) => request.socket.destroy();
    await expect(api.get(z.unknown(), '/x', signal)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    handle = (request, response) => {
      response.write('{"type":"sy', () => request.socket.destroy());
    };
    await expect(api.get(z.unknown(), '/x', signal)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  it.each(['<html>', '{}', '[]', '{"type":"sync","metadata":{"name":5}}'])('is not what answers %s', async (text) => {
    handle = (_, response) => response.end(text);
    await expect(api.get(z.object({ name: z.string() }), '/x', signal)).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.stringMatching(/^what answers at unix:\S+ is no Incus: /),
    });
  });
});
