import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onCleanUp } from './clean-up.mjs';
import { startControlPlane } from './control-plane.mjs';
import { makePlace } from './place.mjs';
import { createHostKey } from './product.mjs';

const release = 'debian-13';
const version = '17';
const socket = '/run/postgresql';

/** Where the server has what it restores for others than DTrove, and the configuration of pgBackRest. */
export const again = '/var/lib/postgresql/again';
export const settings = '/etc/pgbackrest-bench.conf';
export const bin = `/usr/lib/postgresql/${version}/bin/`;
export const data = `/var/lib/postgresql/${version}/dtrove`;
export const conf = `/etc/postgresql/${version}/dtrove`;

const install = `set -eu
export DEBIAN_FRONTEND=noninteractive
until state=$(systemctl is-system-running --wait 2>/dev/null) || [ "$state" = degraded ]; do sleep 0.1; done
cloud-init status --wait >/dev/null || :
mkdir -p /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/dtrove.conf
apt-get -q update
apt-get -q -y --no-install-recommends install postgresql-${version} zstd openssl curl pgbackrest
cloud-init clean --logs
: >/etc/machine-id
sync
`;

/** Random bytes, which no compression makes less of: rows of a kilobyte. */
const noiseSql = (
  megabytes,
) => `CREATE TABLE noise AS SELECT i, string_agg(decode(md5(i || '-' || j), 'hex'), '') AS bytes
  FROM generate_series(1, ${megabytes * 1000}) AS i, generate_series(1, 64) AS j GROUP BY i`;

/** A cluster of one on a server of the lab, with data, and a way in for others than DTrove. */
export async function backupGround(lab, { scale, noise }) {
  const { path } = await makePlace();
  const image = `${lab.project}-backup`;
  const { name, remove } = await lab.launch(release, 'draft');
  console.error('making the image of the servers …');
  await lab.on(name, install);
  await lab.publish(name, image);
  await remove();

  const own = join(path, 'data');
  await mkdir(own, { mode: 0o755 });
  const plane = await startControlPlane(own, { ...(await incus(lab)), DTROVE_PROVIDERS: 'incus' });
  const api = plane.api();
  onCleanUp(() => api.close());
  const datastoreId = await api.datastore({ version, image });
  const wish = { name: 'source', datastoreId, size: 1, flavor: 'bench' };
  const { cluster, operation } = await api.createCluster(wish);
  onCleanUp(() => api.deleteCluster(cluster.id));
  await api.succeeded(operation.id);
  const { cluster: found } = await api.ask('query ($id: ID!) { cluster(id: $id) { instances { server addr } } }', {
    id: cluster.id,
  });
  const [{ server, addr }] = found.instances;

  const asPostgres = (script) => lab.on(server, `runuser -u postgres -- sh -eu <<'SCRIPT'\n${script}\nSCRIPT\n`);
  const sql = (text) => asPostgres(`${bin}psql -XqAt -v ON_ERROR_STOP=1 -h ${socket} -c "${text}"`);
  console.error(`making the data: pgbench at scale ${scale}, ${noise} MB of noise …`);
  await asPostgres(`${bin}pgbench -q -i -s ${scale} -h ${socket} postgres 2>/dev/null`);
  await sql(noiseSql(noise));
  await sql('VACUUM FREEZE ANALYZE');
  await sql('CHECKPOINT');
  const bytes = Number(await sql('SELECT sum(pg_database_size(oid)) FROM pg_database'));

  const keys = createHostKey();
  const identity = join(path, 'id');
  await writeFile(identity, keys.privateKey.reveal(), { mode: 0o600 });
  await lab.on(
    server,
    `install -d -m 700 /root/.ssh\necho '${keys.publicKey}' >>/root/.ssh/authorized_keys\nchmod 600 /root/.ssh/authorized_keys\n`,
  );
  return { lab, path, plane, api, clusterId: cluster.id, server, addr, identity, bytes, socket, asPostgres, sql };
}

/** The variables of the provider, for the project of this bench. */
async function incus({ project, directory }) {
  const text = await readFile(`${process.env.LAB_DIR ?? '/var/lib/dtrove-lab'}/env`, 'utf8');
  const lines = [...text.matchAll(/^(DTROVE_INCUS_\w+)=(.*)$/gm)].map(([, key, value]) => [key, value]);
  const url = { DTROVE_INCUS_URL: `unix:${directory}/unix.socket` };
  return {
    ...Object.fromEntries(lines),
    ...url,
    DTROVE_INCUS_PROJECT: project,
    DTROVE_INCUS_FLAVORS: 'bench:2/2048/20',
  };
}
