import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sh, withStdin, type Command } from '../../src/shell/command.js';
import { detached, type DetachedJob } from '../../src/shell/detached.js';
import { Secret } from '../../src/shell/secret.js';
import { openMachines, type Machine } from './support/containers.js';
import { onMachines } from './support/lab.js';

onMachines.each(['debian-13', 'debian-12'])('detached work under systemd on %s, by sudo', (image) => {
  const machines = openMachines(`pg-dev-${image}`, image, 1);
  let machine: Machine;
  let jobs = 0;

  const job = (command: Command): DetachedJob => {
    jobs += 1;
    return { kind: 'detached', name: `test-${jobs}`, command, init: 'systemd', timeoutMs: 1 };
  };
  const run = (command: Command) => machine.remote.run(command);
  const wait = async (work: DetachedJob, seconds = 30) => detached.parse(await run(detached.wait(work, seconds)));
  const start = async (work: DetachedJob) => {
    expect(await run(detached.start(work))).toEqual({ code: 0, stdout: '', stderr: '' });
  };

  beforeAll(async () => {
    machine = await machines.add();
  });

  afterAll(() => machines.close());

  it('runs as root, and tells what was printed and how it ended', async () => {
    const good = job(sh`id -un; echo ${"it's $HOME, %h and 100% of $$"}; dollar=5; echo "$dollar" "$((dollar + 1))"`);
    await start(good);
    const output = "root\nit's $HOME, %h and 100% of $$\n5 6\n";
    expect(await wait(good)).toEqual({ state: 'succeeded', code: 0, output });
    for (const [command, code] of [
      [sh`echo no >&2; exit 42`, 42],
      [sh`echo no; kill -KILL $$`, 137],
    ] as const) {
      const bad = job(command);
      await start(bad);
      expect(await wait(bad)).toEqual({ state: 'failed', code, output: expect.stringMatching(/^no\n/) });
    }
  });

  it('is joined by who starts it again while it runs, and forgets how it went before', async () => {
    const work = job(sh`echo begun >>/root/begun; until [ -e /root/go ]; do sleep 0.1; done; rm /root/go; false`);
    await Promise.all([start(work), start(work), start(work)]);
    expect((await wait(work, 0)).state).toBe('running');
    await run(sh`touch /root/go`);
    expect((await wait(work)).state).toBe('failed');
    expect((await run(sh`cat /root/begun`)).stdout).toBe('begun\n');
    await start(work);
    expect((await wait(work, 0)).state).toBe('running');
    await run(sh`touch /root/go`);
    expect((await wait(work)).state).toBe('failed');
    expect((await run(sh`cat /root/begun`)).stdout).toBe('begun\nbegun\n');
  });

  it('reads a secret of any size from its stdin, which lies nowhere afterwards', async () => {
    const secret = `it's "secret" $HOME\n`.repeat(20_000);
    const work = job(withStdin(sh`wc -c; echo "$0"`, new Secret(secret)));
    await start(work);
    expect(await wait(work)).toMatchObject({ state: 'succeeded', output: `${secret.length}\nsh\n` });
    expect((await run(sh`ls /run | grep stdin`)).stdout).toBe('');
  });

  it('ends with all its processes when it is stopped, and is not known afterwards', async () => {
    const work = job(sh`trap '' TERM; sleep 987 & sleep 987`);
    await start(work);
    expect((await wait(work, 0)).state).toBe('running');
    await run(detached.stop(work));
    expect((await run(sh`pgrep -fx 'sleep 987'`)).code).toBe(1);
    expect((await wait(work)).state).not.toBe('running');
    await run(detached.stop(work));
  });

  it('is lost with its server, and is said to be', async () => {
    const work = job(sh`sleep 987`);
    await start(work);
    await machines.lxc('restart', '--force', machine.name);
    const again = await machine.answers();
    expect(detached.parse(await again.run(detached.wait(work, 0)))).toMatchObject({ state: 'not-started' });
  });
});
