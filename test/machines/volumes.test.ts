import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../src/errors.js';
import { converge } from '../../src/plan/converge.js';
import { sh } from '../../src/shell/command.js';
import { volume, type Carrier } from '../../src/shell/volume.js';
import { GrowVolumesDocument, OperationDocument, PerformDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { refusal } from '../support/refusal.js';
import { until } from '../support/until.js';
import { openMachines, type Machine, type Machines } from './support/containers.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, startPlane } from './support/plane.js';

const minutes = 60_000;
const { signal } = new AbortController();
const execute = promisify(execFile);

onMachines('a volume that carries the data of a server', () => {
  describe('through the public API', () => {
    let lab: Lab;
    let api: Api;
    const roots = { postgres: '/var/lib/postgresql', mariadb: '/var/lib/mysql-dtrove', redis: '/var/lib/redis' };

    beforeAll(async () => {
      lab = await openLab();
      ({ api } = await startPlane({ ...lab.env, DTROVE_PROVIDERS: 'incus,local' }));
    });

    afterAll(async () => {
      await api.close();
      await cleanUp();
      await lab.close();
    }, 5 * minutes);

    /** What a command prints on the first server of a cluster. */
    const told = async ({ cluster: { instances } }: Created, command: string): Promise<string> => {
      const input = { instanceId: instances[0]?.id ?? '', name: 'look', commands: [command] };
      const { operation } = (await api.get(PerformDocument, { input })).perform;
      await succeed(api, operation.id);
      const { operation: done } = await api.get(OperationDocument, { id: operation.id });
      return done?.steps[0]?.output ?? '';
    };

    it('is refused where the provider has none', async () => {
      const offer = { manager: 'postgres', version: '17', image: 'local' };
      const made = ask(api, offer, { name: 'nowhere', size: 1, provider: 'local', volumeGb: 1 });
      await expect(made).rejects.toThrow(/volumeGb: the provider local has no volumes/);
    });

    it.each([
      ['postgres', '15'],
      ['mariadb', '10.11'],
      ['redis', '7'],
    ] as const)(
      'has the data of %s from the beginning, grows, and goes with its server',
      async (manager, version) => {
        const wish = { name: `${manager}-volume`, size: 1, flavor: 'small', volumeGb: 1 };
        const made = await ask(api, { manager, version, image: 'debian-12' }, wish);
        await succeed(api, made.operation.id);
        const { instances, volumeGb } = await cluster(api, made.cluster.id);
        const [instance] = instances;
        expect({ volumeGb, volume: instance?.volume }).toEqual({ volumeGb: 1, volume: instance?.server });
        expect([...(await lab.left())].sort()).toEqual([instance?.server, instance?.volume]);
        const root = roots[manager];
        expect(await told(made, `mountpoint ${root}; find ${root} -xdev -type f | wc -l`)).toMatch(
          /is a mountpoint\n[1-9]/,
        );
        const clusterId = made.cluster.id;
        const grow = (gb: number) => api.ask(GrowVolumesDocument, { input: { clusterId, volumeGb: gb } });
        const { data } = await grow(2);
        await succeed(api, data?.growVolumes.operation.id ?? '');
        expect(await cluster(api, clusterId)).toMatchObject({ volumeGb: 2, status: 'ACTIVE' });
        expect(refusal(await grow(1))).toMatchObject({ code: 'BAD_USER_INPUT', field: 'volumeGb' });
        await deleteCluster(api, clusterId);
        expect(await lab.left()).toEqual([]);
      },
      10 * minutes,
    );
  });

  describe('as a disk', () => {
    const uuid = '0199a000-0000-7000-8000-000000000001';
    const root = '/var/lib/data';
    const serial = '5f0a6b7e-1c2d-4e3f-8a9b-0c1d2e3f4a5b';
    const carrier: Carrier = { place: { kind: 'disk', serial }, uuid, root };
    let machines: Machines;
    let machine: Machine;
    let directory: string;
    let file: string;
    let loop: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'dtrove-volume-'));
      file = join(directory, 'disk');
      await writeFile(file, '');
      await truncate(file, 2 ** 30);
      loop = (await execute('losetup', ['-f', '--show', file])).stdout.trim();
      machines = openMachines('volume', 'debian-12', 5432);
      machine = await machines.add();
      // Only such a container may mount a disk.
      await machines.lxc('config', 'set', machine.name, 'security.privileged=true');
      await machines.lxc(
        'config',
        'device',
        'add',
        machine.name,
        'disk',
        'unix-block',
        `source=${loop}`,
        `path=${loop}`,
      );
      await machines.lxc('restart', '--force', machine.name);
      await until('the machine', () => machine.answers().catch(() => null), minutes);
    }, 5 * minutes);

    afterAll(async () => {
      await machines.close();
      await execute('losetup', ['-d', loop]);
      await rm(directory, { recursive: true });
    }, 2 * minutes);

    /** Whether root of this machine has CAP_SYS_RESOURCE, which that takes; in some virtual machines it has not. */
    const mayResize = async (): Promise<boolean> => {
      const [, set = '0'] = /^CapBnd:\s*(\S+)/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
      return ((BigInt(`0x${set}`) >> 24n) & 1n) === 1n;
    };
    const mount = () =>
      converge(
        { name: 'mount volume', check: volume.isMounted(carrier), apply: [volume.mount(carrier)] },
        machine.remote,
        { signal },
      );
    const run = async (script: string) => {
      const { code, stdout, stderr } = await machine.remote.run(sh`sh -c ${script}`);
      if (code !== 0) throw new Error(`${script}: exit ${String(code)}: ${stderr}`);
      return stdout;
    };
    const failure = (work: Promise<unknown>) =>
      work.then(
        () => '',
        (error: unknown) => (error instanceof DomainError ? error.message : String(error)),
      );

    it('is found by its serial alone: where no disk bears that, none is touched', async () => {
      expect(await failure(mount())).toMatch(/no disk of this server bears its serial, 5f0a6b7e-1c2d-4e3f-8/);
      expect(await run(`wipefs -n ${loop}`)).toBe('');
    });

    it('is not formatted where it holds something', async () => {
      const link = `/dev/disk/by-id/virtio-${serial.slice(0, 20)}`;
      await run(`mkdir -p /dev/disk/by-id && ln -s ${loop} ${link} && mkfs.ext4 -q -U random ${loop}`);
      expect(await failure(mount())).toMatch(/holds something already, and is not formatted.*ext4/s);
      await run(`wipefs -q -a ${loop}`);
    });

    it('does not cover files that are there', async () => {
      await run(`mkdir -p ${root} && touch ${root}/file`);
      expect(await failure(mount())).toMatch(/there are files in \/var\/lib\/data already/);
      await run(`rm ${root}/file`);
    });

    it('gets a file system, once, and is mounted by its UUID', async () => {
      expect(await mount()).toBe('applied');
      await run(`echo kept >${root}/file`);
      expect(await mount()).toBe('already-done');
      expect(await run(`grep ${root} /etc/fstab`)).toBe(
        `UUID=${uuid} ${root} ext4 defaults,nofail,x-systemd.device-timeout=60s 0 2\n`,
      );
      await run(`umount ${root}`);
      expect(await run(`stat -c %a ${root}`)).toBe('700\n');
      expect(await mount()).toBe('applied');
      expect(await run(`cat ${root}/file`)).toBe('kept\n');
    });

    it('grows while it is in use', async () => {
      const fill = () =>
        converge(
          { name: 'grow file system', check: volume.isFilled(carrier, 2), apply: [volume.fill(carrier)] },
          machine.remote,
          { signal },
        );
      await truncate(file, 2 * 2 ** 30);
      await execute('losetup', ['-c', loop]);
      if (await mayResize()) {
        expect(await fill()).toBe('applied');
      } else {
        expect(await failure(fill())).toMatch(/Permission denied to resize/);
        await run(`umount ${root} && { e2fsck -f -p ${loop} || :; } && resize2fs ${loop} && mount ${root}`);
      }
      expect(await fill()).toBe('already-done');
      expect(Number(await run(`df -k --output=size ${root} | tail -n 1`))).toBeGreaterThan(1.8 * 2 ** 20);
    });
  });
});
