import { login } from './lab.mjs';

/** What Debian's Ansible can drive: it knows no Python newer than that of its own release. */
export const release = 'debian-12';
export const version = '15';

const repository = '/srv/packages';

// While a machine boots, its /tmp is emptied under whoever works there.
const booted = `until state=$(systemctl is-system-running --wait 2>/dev/null) || [ "$state" = degraded ]; do sleep 0.1; done
`;

// A repository of the packages on the machine itself, so that the network is no noise. Python's apt is for Ansible.
const fetchPackages = (packages) => `set -eu
export DEBIAN_FRONTEND=noninteractive
${booted}cloud-init status --wait >/dev/null || :
apt-get -q update
apt-get -q -y --no-install-recommends install python3-apt apt-utils
mkdir -p ${repository}
apt-get -q -y --no-install-recommends --download-only -o Dir::Cache::archives=${repository} install ${packages}
cd ${repository} && rm -rf partial lock && apt-ftparchive packages . >Packages
echo 'deb [trusted=yes] file:${repository} ./' >/etc/apt/sources.list
apt-get -q update
`;

// The login and the host key are part of the image, and cloud-init has nothing to do: what is measured begins on a quiet machine.
const makeReady = (authorizedKey, hostKey) => `set -eu
id ${login} 2>/dev/null || useradd -m -s /bin/sh ${login}
echo '${login} ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/bench
install -d -m 700 -o ${login} -g ${login} /home/${login}/.ssh
echo '${authorizedKey}' >/home/${login}/.ssh/authorized_keys
chown ${login}: /home/${login}/.ssh/authorized_keys
rm -f /etc/ssh/ssh_host_*
umask 077
cat >/etc/ssh/ssh_host_ed25519_key <<'K'
${hostKey.privateKey.reveal().trim()}
K
echo '${hostKey.publicKey}' >/etc/ssh/ssh_host_ed25519_key.pub
echo 'HostKey /etc/ssh/ssh_host_ed25519_key' >/etc/ssh/sshd_config.d/bench.conf
touch /etc/cloud/cloud-init.disabled
systemctl enable ssh.service
: >/etc/machine-id
sync
`;

const install = (packages) => `set -eu
export DEBIAN_FRONTEND=noninteractive
${booted}mkdir -p /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/dtrove.conf
apt-get -q -y --no-install-recommends install ${packages}
: >/etc/machine-id
sync
`;

/** Two images: one that has PostgreSQL's packages at hand, and one that has them installed. */
export async function makeImages(lab, authorizedKey, hostKey) {
  const packages = `postgresql-${version}`;
  const { name, remove } = await lab.launch(release, 'draft');
  console.error('making the images of the machines …');
  await lab.on(name, fetchPackages(packages));
  await lab.on(name, makeReady(authorizedKey, hostKey));
  const images = { 'at-hand': `${lab.project}-at-hand`, installed: `${lab.project}-installed` };
  await lab.publish(name, images['at-hand']);
  await lab.on(name, install(packages));
  await lab.publish(name, images.installed);
  await remove();
  return images;
}
