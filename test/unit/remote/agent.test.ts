import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRemotePool } from '../../../src/remote/pool.js';
import { sh } from '../../../src/shell/command.js';
import { startSshd, type Sshd } from '../../support/sshd.js';
import { until } from '../../support/until.js';

const run = promisify(execFile);

describe('SSH with the keys of an agent', () => {
  let directory: string;
  let agent: ChildProcess;
  let sshd: Sshd;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dtrove-agent-'));
    agent = spawn('ssh-agent', ['-D', '-a', join(directory, 'agent')], { stdio: 'ignore' });
    await until('the agent', () => stat(join(directory, 'agent')).catch(() => null));
    sshd = await startSshd();
  });

  afterEach(async () => {
    agent.kill();
    await sshd.close();
    await rm(directory, { recursive: true });
  });

  it('logs in with a key that the agent has, and not without', async () => {
    const { host, port, user, hostKey, privateKey, passphrase } = sshd.target;
    const target = { host, port, user, hostKey, agent: join(directory, 'agent') };
    const pool = createRemotePool();
    const error = await pool
      .get(target)
      .run(sh`true`)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    const file = join(directory, 'key');
    await writeFile(file, privateKey.reveal());
    await chmod(file, 0o600);
    await run('ssh-keygen', ['-q', '-p', '-P', passphrase.reveal(), '-N', '', '-f', file]);
    await run('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: join(directory, 'agent') } });
    expect(await pool.get(target).run(sh`echo in`)).toMatchObject({ code: 0, stdout: 'in\n' });
    await pool.close();
  });
});
