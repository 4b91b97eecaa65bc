import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contest } from './contest.mjs';
import { streaming } from './database.mjs';
import { openLab, login } from './lab.mjs';
import { makeImages } from './lab-images.mjs';
import { makePlace } from './place.mjs';
import { machineContestants } from './machines-contestants.mjs';
import { machinesTable } from './machines-table.mjs';
import { createHostKey } from './product.mjs';
import { missing } from './tools.mjs';

/** PostgreSQL on three machines of the lab, a primary and two replicas, from bare machines to replicas that stream. @param {import('./options.mjs').Options} options */
export async function machines({ rounds = 3, packages: wanted, withoutAnsible }) {
  if ((await missing(['ssh'])).length > 0) return { data: null, tables: [] };
  const others = ['ansible-playbook', 'mitogen'];
  const absent = withoutAnsible ? others : await missing(others);
  const lab = await openLab();
  if (lab === null) return { data: null, tables: [] };
  const { path } = await makePlace();
  const keys = createHostKey();
  const hostKey = createHostKey();
  const identity = join(path, 'id');
  await writeFile(identity, keys.privateKey.reveal(), { mode: 0o600 });
  const images = await makeImages(lab, keys.publicKey, hostKey);
  const ground = { lab, path, identity, keys, hostKey };
  const makers = await machineContestants(ground, absent);
  const data = [];
  for (const packages of wanted) {
    const image = images[packages];
    if (image === undefined) throw new Error(`--packages: there is at-hand and installed, not ${packages}`);
    const tag = packages.slice(0, 1);
    const run = (who, make) => async (round) => {
      const names = [1, 2, 3].map((n) => `${who}-${tag}${round}-${n}`);
      const servers = await Promise.all(names.map((name) => lab.launch(image, name)));
      const home = join(path, `${who}-${tag}${round}`);
      await mkdir(home);
      const { took, primary } = await make(
        home,
        await Promise.all(servers.map((server) => answering(ground, server))),
        packages,
      );
      await streaming(primary, 2);
      await Promise.all(servers.map(({ remove }) => remove()));
      return took;
    };
    const contestants = Object.fromEntries(
      Object.entries(makers).map(([name, make]) => [name, run(name.split(' ').at(-1).toLowerCase(), make)]),
    );
    data.push({ packages, ...(await contest(`packages ${packages}`, contestants, rounds)) });
  }
  return { data, tables: [machinesTable(data)] };
}

/** A machine that has come up and lets us in, with all that is known of it. */
async function answering({ lab, hostKey }, { name, addr }) {
  await lab.on(name, 'systemctl is-system-running --wait >/dev/null || :');
  return { name, addr, port: 5432, user: login, hostKey: hostKey.publicKey };
}
