import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatastoresDocument, OperationProgressDocument, RegisterDatastoreDocument } from '../operations/documents.js';
import type { Answer, Api } from '../support/api.js';
import { postgres17 } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { askEmbedded, changingNothing } from '../support/inventory.js';
import { RawSocket } from '../support/raw-socket.js';
import { internals, refusal } from '../support/refusal.js';

let dataDir: string;
let plane: ControlPlane;
let api: Api;
let token: string;
const readDatastores = '{ datastores { id } }';

beforeAll(async () => {
  dataDir = await makeDataDir();
  plane = await ControlPlane.start(dataDir);
  api = await plane.api();
  token = api.token ?? '';
  await postgres17(api);
}, 120_000);

afterAll(cleanUp);

interface Sent {
  readonly method?: string;
  readonly type?: string;
  readonly body?: string;
  readonly authorization?: string | null;
  readonly query?: string;
}

/** A request as no client of ours would send it. */
async function send({ method = 'POST', type, body, authorization, query = '' }: Sent): Promise<Answer<unknown>> {
  const headers = {
    ...(authorization !== null && { authorization: authorization ?? `Bearer ${token}` }),
    ...(type !== undefined && { 'content-type': type }),
  };
  const response = await fetch(`${plane.url}/graphql${query}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const sendQuery = (query: string, more: Sent = {}): Promise<Answer<unknown>> =>
  send({ type: 'application/json', body: JSON.stringify({ query }), ...more });

const json = 'application/json';
const nested = (length: number): string => `{ clusters(after: ${'['.repeat(length)}`;

describe('over HTTP', () => {
  it.each([
    ['no token', null],
    ['an empty header', ''],
    ['a wrong token', 'Bearer nonsense'],
    ['a token that is cut off', 'Bearer'],
    ['another scheme', 'Basic YWRtaW46YWRtaW4='],
    ['no scheme', 'nonsense'],
    ['a long token', `Bearer ${'x'.repeat(8000)}`],
  ])('%s is 401 and UNAUTHENTICATED, for reading and for writing', async (_what, authorization) => {
    const input = { manager: 'postgres', version: '17', image: 'intruder' };
    const writing = JSON.stringify({ query: RegisterDatastoreDocument.toString(), variables: { input } });
    await changingNothing(api, async () => {
      for (const answer of [
        await sendQuery(readDatastores, { authorization }),
        await sendQuery('', { authorization, body: writing }),
      ]) {
        expect(answer.status).toBe(401);
        expect(refusal(answer)).toMatchObject({ code: 'UNAUTHENTICATED', field: 'authorization' });
      }
    });
  });

  it('a right token with something behind it is refused as well', async () => {
    expect((await sendQuery(readDatastores, { authorization: `Bearer ${token} more` })).status).toBe(401);
    expect((await sendQuery(readDatastores, { authorization: `Bearer ${token}x` })).status).toBe(401);
    expect((await sendQuery(readDatastores)).status).toBe(200);
  });

  it.each<[string, Sent, number, string]>([
    ['a garbage document', { type: json, body: '{"query":"{{{{"}' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['a field that there is not', { type: json, body: '{"query":"{ colour }"}' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['no document', { type: json, body: '{}' }, 400, 'BAD_REQUEST'],
    ['a document that is a number', { type: json, body: '{"query":7}' }, 400, 'BAD_REQUEST'],
    [
      'several operations and no name',
      { type: json, body: '{"query":"query A{datastores{id}} query B{datastores{id}}"}' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a body that is no JSON', { type: json, body: '{nonsense' }, 400, 'BAD_REQUEST'],
    ['no body', { type: json, body: '' }, 400, 'BAD_REQUEST'],
    ['a batch', { type: json, body: `[{"query":"${readDatastores}"}]` }, 400, 'BAD_REQUEST'],
    ['a form', { type: 'application/x-www-form-urlencoded', body: 'query=x' }, 415, 'BAD_REQUEST'],
    ['plain text', { type: 'text/plain', body: `{"query":"${readDatastores}"}` }, 400, 'BAD_REQUEST'],
    [
      'GET without a preflight',
      { method: 'GET', query: `?query=${encodeURIComponent(readDatastores)}` },
      400,
      'BAD_REQUEST',
    ],
    [
      'a subscription',
      { type: json, body: JSON.stringify({ query: OperationProgressDocument.toString(), variables: { id: 'x' } }) },
      400,
      'BAD_REQUEST',
    ],
    [
      'a body of two megabytes',
      { type: json, body: JSON.stringify({ query: readDatastores + ' '.repeat(2e6) }) },
      413,
      'BAD_REQUEST',
    ],
    [
      'a document that is nested deep',
      { type: json, body: JSON.stringify({ query: nested(400_000) }) },
      400,
      'GRAPHQL_PARSE_FAILED',
    ],
    [
      'a document of many fields',
      { type: json, body: JSON.stringify({ query: `{${'__typename '.repeat(80_000)}}` }) },
      400,
      'GRAPHQL_PARSE_FAILED',
    ],
  ])('refuses %s', async (_what, sent, status, code) => {
    const answer = await changingNothing(api, () => send(sent));
    expect([answer.status, refusal(answer).code]).toEqual([status, code]);
  });

  it('answers a document of many fields before it keeps others waiting', async () => {
    const aliases = Array.from({ length: 50_000 }, (_, i) => `a${i}: __typename`).join(' ');
    const answer = await sendQuery(`{ ${aliases} }`, { authorization: null });
    expect([answer.status, refusal(answer).code]).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
  });

  it('says nothing of its inside when something unexpected happens, and where to look', async () => {
    await askEmbedded(dataDir, 'ALTER TABLE datastore RENAME TO elsewhere');
    const answer = await api.ask(DatastoresDocument, {});
    await askEmbedded(dataDir, 'ALTER TABLE elsewhere RENAME TO datastore');
    const { code, id } = refusal(answer) as { code?: string; id?: string };
    expect([code, id]).toEqual(['INTERNAL', expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    expect(JSON.stringify(answer)).not.toMatch(/datastore" does not exist|42P01|SELECT/);
    expect(
      plane
        .log()
        .split('\n')
        .filter((line) => line.includes(id ?? ''))
        .join(),
    ).toContain('does not exist');
    expect((await api.ask(DatastoresDocument, {})).errors).toBeUndefined();
  });
});

describe('over WebSocket', () => {
  it.each([
    ['no token', undefined],
    ['no authorization', {}],
    ['a wrong token', { authorization: 'Bearer nonsense' }],
    ['a malformed header', { authorization: 'nonsense' }],
    ['a token that is a number', { authorization: 7 }],
  ])('%s is closed with 4401 and words', async (_what, payload) => {
    const raw = await RawSocket.open(plane.url);
    raw.send({ type: 'connection_init', ...(payload !== undefined && { payload }) });
    const { code, reason } = await raw.closed;
    expect([code, reason]).toEqual([4401, expect.stringMatching(/^UNAUTHENTICATED: .*Bearer TOKEN/)]);
  });

  it('nobody subscribes before he has logged in', async () => {
    const raw = await RawSocket.open(plane.url);
    raw.subscribe('1', readDatastores);
    expect(await raw.closed).toMatchObject({ code: 4401 });
  });

  it.each<[string, unknown, object, string, string | undefined]>([
    ['a garbage document', '{{{{', {}, 'GRAPHQL_PARSE_FAILED', undefined],
    ['a field that there is not', 'subscription { colour }', {}, 'GRAPHQL_VALIDATION_FAILED', undefined],
    ['a document that is nested deep', nested(100_000), {}, 'GRAPHQL_PARSE_FAILED', undefined],
    ['a variable that is wrong', OperationProgressDocument.toString(), { id: {} }, 'BAD_USER_INPUT', 'id'],
    ['an id that there is not', OperationProgressDocument.toString(), { id: 'x' }, 'NOT_FOUND', 'id'],
  ])('refuses %s, and the connection stays', async (_what, query, variables, code, field) => {
    const raw = await RawSocket.login(plane.url, token);
    raw.subscribe('bad', query, variables);
    const { type, payload } = await raw.next();
    const errors = type === 'error' ? payload : (payload as { errors: unknown }).errors;
    const refused = refusal({ status: 0, errors: errors as [] });
    expect([refused.code, refused.field]).toEqual([code, field]);
    raw.subscribe('good', readDatastores);
    const answers = [await raw.next()];
    while (answers.at(-1)?.id !== 'good') answers.push(await raw.next());
    expect(answers.at(-1)).toMatchObject({ type: 'next', payload: { data: { datastores: [{}] } } });
    raw.close();
  });

  it.each([
    ['what is no JSON', 'nonsense'],
    ['a message of an unknown type', '{"type":"nonsense"}'],
    ['a document that is a number', '{"type":"subscribe","id":"1","payload":{"query":7}}'],
    ['two megabytes', JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(2e6) } })],
  ])('is closed at %s, with no word of our inside', async (_what, message) => {
    const raw = await RawSocket.login(plane.url, token);
    raw.send(message);
    const { code, reason } = await raw.closed;
    expect(code).toBeGreaterThanOrEqual(1006);
    expect(reason).not.toMatch(internals);
  });

  it('a client that names no protocol is refused', async () => {
    const raw = await RawSocket.open(plane.url, []);
    expect(await raw.closed).toMatchObject({ code: 4406 });
  });
});

describe('the log', () => {
  it('is JSON line by line, and holds neither a token nor what was sent', () => {
    const lines = plane.log().trimEnd().split('\n');
    expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
    expect(plane.log()).not.toContain(token);
  });
});
