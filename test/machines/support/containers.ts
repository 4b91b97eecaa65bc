import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { createHostKey, createKeyPair } from '../../../src/remote/keys.js';
import { createRemotePool } from '../../../src/remote/pool.js';
import type { KeyLogin, Remote } from '../../../src/remote/remote.js';
import { gatherFacts, parseFacts } from '../../../src/shell/facts.js';
import type { Lab, LabServer } from '../../support/local-servers.js';
import { until } from '../../support/until.js';

/** A container of the lab, with systemd, sshd and apt; reached as a user who may use sudo, the host key pinned. */
export interface Machine extends LabServer {
  readonly name: string;
  /** How it is logged in to, as whoever registers it as a host would. */
  readonly door: KeyLogin & { readonly user: string; readonly hostKey: string };
  /** Waits until it can be logged in to, as after a boot. */
  answers(): Promise<Remote>;
  /** A connection of its own, as another worker has it; `close` cuts it. */
  connect(): { readonly remote: Remote; readonly close: () => Promise<void> };
}

/** Containers for one suite. */
export interface Machines extends Lab {
  /** Makes one; returns when it can be logged in to. */
  add(): Promise<Machine>;
  /** Runs the client of LXD. */
  lxc(...args: readonly string[]): Promise<string>;
}

const execute = promisify(execFile);
const user = 'debian';

/** Makes containers of `image` by the client of the lab's LXD (test/lab/lxd.sh), named `<prefix>-<run>-<number>`. `port` is the datastore's. */
export function openMachines(prefix: string, image: string, port: number): Machines {
  // Where the lab is, its socket is.
  const env = { ...process.env, LXD_DIR: dirname(process.env['DTROVE_INCUS_URL']?.replace(/^unix:/, '') ?? '') };
  // Two runs at the same time are not each other's leftovers.
  const run = randomUUID().slice(0, 4);
  const keys = createKeyPair('lab');
  const pool = createRemotePool();
  const made: string[] = [];
  const lxc = async (...args: readonly string[]) => {
    const running = execute('lxc', args, { env });
    running.child.stdin?.end(); // else it waits for a configuration
    return (await running).stdout;
  };

  return {
    lxc,

    async add() {
      const name = `${prefix}-${run}-${made.length + 1}`;
      made.push(name);
      const hostKey = createHostKey();
      const userData = cloudConfig(keys.publicKey, hostKey);
      const limits = ['-c', 'limits.cpu=2', '-c', 'limits.memory=1GiB'];
      await lxc('launch', image, name, ...limits, '-c', `cloud-init.user-data=${userData}`);
      // Exits 2 where cloud-init has something to remark; what matters is asked below.
      await lxc('exec', name, '--', 'cloud-init', 'status', '--wait').catch(() => undefined);
      const addr = await until(
        `the address of ${name}`,
        async () => /\d+(\.\d+){3}/.exec(await lxc('list', `^${name}$`, '-f', 'csv', '-c', '4'))?.[0] ?? null,
        60_000,
      );
      const target = { ...keys, host: addr, port: 22, user, hostKey: hostKey.publicKey, prefix: 'sudo -n' };
      const remote = pool.get(target);
      const facts = () =>
        until(
          `a login on ${name}`,
          async () => {
            const result = await remote.run(gatherFacts()).catch(() => null);
            return result?.code === 0 ? parseFacts(result.stdout) : null;
          },
          60_000,
        );
      return {
        name,
        door: { user, hostKey: hostKey.publicKey, privateKey: keys.privateKey, passphrase: keys.passphrase },
        key: randomUUID(),
        addr,
        port,
        facts: await facts(),
        remote,
        answers: () => facts().then(() => remote),
        connect() {
          const own = createRemotePool();
          return { remote: own.get(target), close: () => own.close() };
        },
      };
    },

    async close() {
      await pool.close();
      // Side by side: stopping takes most of it. All are tried, whatever becomes of one.
      const ends = await Promise.allSettled(made.map((name) => lxc('delete', '--force', name)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
}

const cloudConfig = (authorizedKey: string, hostKey: ReturnType<typeof createHostKey>): string =>
  `#cloud-config\n${JSON.stringify({
    users: [
      {
        name: user,
        shell: '/bin/sh',
        lock_passwd: true,
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: [authorizedKey],
      },
    ],
    ssh_deletekeys: true,
    ssh_genkeytypes: [],
    ssh_keys: { ed25519_private: hostKey.privateKey.reveal(), ed25519_public: hostKey.publicKey },
  })}\n`;
