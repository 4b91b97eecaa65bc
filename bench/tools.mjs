import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const packages = {
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  'ansible-playbook': 'ansible',
  mitogen: 'ansible-mitogen',
};

/** Where Debian has the strategies of mitogen, which are no program. */
const mitogen = '/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy/mitogen_linear.py';

const there = (path, mode) =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** The path of a program that a bench needs, or null. @param {keyof typeof packages} name */
export async function find(name) {
  if (name === 'mitogen') return (await there(mitogen, constants.R_OK)) ? mitogen : null;
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const directory of directories) {
    const path = join(directory, name);
    if (await there(path, constants.X_OK)) return path;
  }
  return null;
}

/** Those of `names` that are not there, told with the line that installs them on Debian; nothing is installed. */
export async function missing(names) {
  const found = await Promise.all(names.map(find));
  const absent = names.filter((_, i) => found[i] === null);
  if (absent.length > 0) {
    console.error(
      `not there: ${absent.join(', ')}. On Debian: apt-get install ${absent.map((name) => packages[name]).join(' ')}`,
    );
  }
  return absent;
}
