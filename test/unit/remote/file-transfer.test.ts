import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../../src/errors.js';
import { errorOf, failureOf, hopOf, plainHop } from '../../../src/remote/file-transfer/messages.js';
import { createRemotePool } from '../../../src/remote/pool.js';
import type { RemotePool } from '../../../src/remote/remote.js';
import { sh } from '../../../src/shell/command.js';
import { startSshd, type Sshd } from '../../support/sshd.js';

const nothing = (): void => undefined;

describe('a transfer by a thread', () => {
  let sshd: Sshd;
  let pool: RemotePool;
  let directory: string;

  beforeEach(async () => {
    sshd = await startSshd();
    pool = createRemotePool();
    directory = await mkdtemp(join(tmpdir(), 'dtrove-file-transfer-'));
  });

  afterEach(async () => {
    await pool.close();
    await sshd.close();
    await rm(directory, { recursive: true });
  });

  it('waits for no connection once it is stopped', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const abort = new AbortController();
    const why = new Error('by the test');
    const file = { into: join(directory, 'file'), tell: nothing };
    const patient = createRemotePool({ readyTimeoutMs: 600_000 });
    const transfer = patient.get({ ...sshd.target, port }).transfer(sh`true`, { file, signal: abort.signal });
    silent.once('connection', () => {
      abort.abort(why);
    });
    await expect(transfer).rejects.toBe(why);
    silent.close();
  });

  it('ends its command with what a listener throws', async () => {
    const why = new Error('nobody listens');
    const file = {
      into: join(directory, 'file'),
      tell: () => {
        throw why;
      },
    };
    const { signal } = new AbortController();
    const transfer = pool.get(sshd.target).transfer(sh`echo begun; sleep 600`, { file, signal });
    await expect(transfer).rejects.toBe(why);
    await sshd.idle();
  });

  it('refuses another host key', async () => {
    const other = await startSshd();
    const file = { into: join(directory, 'file'), tell: nothing };
    const { signal } = new AbortController();
    const target = { ...sshd.target, hostKey: other.target.hostKey };
    await expect(pool.get(target).transfer(sh`true`, { file, signal })).rejects.toMatchObject({
      code: 'HOST_KEY_CHANGED',
    });
    await other.close();
  });
});

describe('what threads tell one another', () => {
  it('is the error that it was', () => {
    const domain = new DomainError('REMOTE_UNREACHABLE', 'it is away', { retryable: true });
    expect(errorOf(structuredClone(failureOf(domain)))).toEqual(domain);
    expect(errorOf(structuredClone(failureOf(domain)))).toBeInstanceOf(DomainError);
    const system = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
    expect(errorOf(structuredClone(failureOf(system)))).toMatchObject({
      code: 'ENOSPC',
      syscall: 'write',
      message: system.message,
    });
    expect(errorOf(failureOf('words'))).toEqual(new Error('words'));
  });

  it('is the way to a server, by a key or by an agent', async () => {
    const { target, close } = await startSshd();
    expect(hopOf(structuredClone(plainHop(target)))).toEqual(target);
    const { host, port, user, hostKey } = target;
    const byAgent = { host, port, user, hostKey, agent: '/run/agent' };
    expect(hopOf(structuredClone(plainHop(byAgent)))).toEqual(byAgent);
    await close();
  });
});
