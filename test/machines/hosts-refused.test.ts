import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createKeyPair, fingerprint } from '../../src/remote/keys.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { openMachines, type Machines } from './support/containers.js';
import { HostLab } from './support/hosts.js';
import { onMachines } from './support/lab.js';

const patience = 600_000;

onMachines('servers that cannot be registered', () => {
  let lab: Machines;
  let hosts: HostLab;

  beforeAll(async () => {
    lab = openMachines('refused', 'debian-13', 5432);
    const machines = await Promise.all([1, 2].map(() => lab.add()));
    const plane = await ControlPlane.start(await makeDataDir(), { DTROVE_PROVIDERS: 'local,hosts' });
    hosts = await HostLab.open(lab, await plane.api(), machines);
  }, patience);

  afterAll(async () => {
    await hosts.close();
    await cleanUp();
    await lab.close();
  }, patience);

  it(
    'are refused in words where DTrove could not work with them, and nothing is kept of them',
    async () => {
      expect(await hosts.refusal(0)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'hostKeyFingerprint' });
      const other = `SHA256:${'A'.repeat(43)}`;
      const seen = fingerprint(hosts.at(0).door.hostKey);
      const mismatch = await hosts.refusal(0, { hostKeyFingerprint: other });
      expect(mismatch).toMatchObject({ code: 'BAD_USER_INPUT', field: 'hostKeyFingerprint' });
      expect(mismatch.message).toContain(`it shows ${seen} (ssh-ed25519)`);
      const changed = await hosts.refusal(0, { hostKey: hosts.at(1).door.hostKey });
      expect(changed).toMatchObject({ code: 'HOST_KEY_CHANGED', field: 'address' });

      expect(await hosts.refusal(0, { ...hosts.pinned(0), privateKey: 'no key' })).toMatchObject({
        field: 'privateKey',
      });
      const stranger = createKeyPair('somebody else');
      const login = { privateKey: stranger.privateKey.reveal(), passphrase: stranger.passphrase.reveal() };
      expect(await hosts.refusal(0, { ...hosts.pinned(0), ...login })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'privateKey',
        message: expect.stringMatching(/does not let debian in/),
      });
      const closed = await hosts.refusal(0, { ...hosts.pinned(0), port: 9 });
      expect(closed).toMatchObject({ code: 'REMOTE_UNREACHABLE', field: 'address' });
      expect(closed.message).toMatch(/ECONNREFUSED/);
      expect(await hosts.refusal(0, { ...hosts.pinned(0), useAgent: true, privateKey: null })).toMatchObject({
        field: 'useAgent',
      });

      await hosts.inside(0, 'mv /etc/sudoers.d/90-cloud-init-users /root/kept');
      expect(await hosts.refusal(0, hosts.pinned(0))).toMatchObject({
        code: 'NOT_SUPPORTED',
        field: 'user',
        message: expect.stringMatching(/cannot become root .*password is required/s),
      });
      await hosts.inside(0, 'mv /root/kept /etc/sudoers.d/90-cloud-init-users');

      await hosts.inside(
        0,
        `cp -L /etc/os-release /root/kept; printf 'ID=fedora\\nPRETTY_NAME="Fedora Linux 41"\\n' >/etc/fake; mount --bind /etc/fake /usr/lib/os-release`,
      );
      expect(await hosts.refusal(0, hosts.pinned(0))).toMatchObject({
        code: 'NOT_SUPPORTED',
        field: 'address',
        message: expect.stringMatching(/runs Fedora Linux 41: a host needs Debian or Ubuntu/),
      });
      await hosts.inside(0, 'umount /usr/lib/os-release; rm /etc/fake /root/kept');
      expect(await hosts.hosts()).toEqual([]);
    },
    patience,
  );
});
