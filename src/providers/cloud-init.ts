import type { ServerWish } from './provider.js';

/** What the images of some distributions lack, and every server needs. */
const missing = `command -v sshd >/dev/null && command -v sudo >/dev/null ||
{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y openssh-server sudo; }`;

/**
 * The user-data of a server: its user with the cluster's key and all rights, and the host key that DTrove made. cloud-init
 * has both in place before sshd starts. JSON is YAML, and needs no rules of quoting.
 */
export function userData({ name, user, authorizedKey, hostKey }: ServerWish): string {
  const data = {
    hostname: name.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-'),
    manage_etc_hosts: true,
    locale: false,
    disable_root: user !== 'root',
    ssh_deletekeys: true,
    ssh_keys: { ed25519_private: hostKey.privateKey.reveal(), ed25519_public: hostKey.publicKey },
    users: [
      {
        name: user,
        shell: '/bin/bash',
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        lock_passwd: true,
        ssh_authorized_keys: [authorizedKey],
      },
    ],
    // Not by ssh_pwauth: cloud-init would restart the sshd that has just answered.
    write_files: [{ path: '/etc/ssh/sshd_config.d/10-dtrove.conf', content: 'PasswordAuthentication no\n' }],
    runcmd: [['sh', '-c', missing]],
  };
  return `#cloud-config\n${JSON.stringify(data, null, 1)}\n`;
}
