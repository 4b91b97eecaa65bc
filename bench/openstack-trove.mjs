import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { onCleanUp } from './clean-up.mjs';

const run = promisify(execFile);
const socket = `${process.env.LAB ?? '/var/lib/dtrove-openstack'}/run/mysqld.sock`;
const sql = (words) => run('mariadb', [`--socket=${socket}`, '-uroot', 'trove', '-e', words]);

/** So many instances in the rows of the lab's Trove, that run as far as these tell; with neither servers nor volumes behind them. */
export async function rowsOfTrove(cloud, count) {
  const flavor = (await cloud.ask('GET', 'compute', '/flavors')).flavors[0].id;
  const [datastore, version] = [randomUUID(), randomUUID()];
  const ids = Array.from({ length: count }, () => randomUUID());
  const list = ids.map((id) => `'${id}'`).join(', ');
  onCleanUp(() =>
    sql(`DELETE FROM service_statuses WHERE instance_id IN (${list}); DELETE FROM instances WHERE id IN (${list});
      DELETE FROM datastore_versions WHERE id = '${version}'; DELETE FROM datastores WHERE id = '${datastore}'`),
  );
  await sql(`INSERT INTO datastores (id, name) VALUES ('${datastore}', 'bench-${datastore}');
    INSERT INTO datastore_versions (id, datastore_id, name, image_id, packages, active, manager)
      VALUES ('${version}', '${datastore}', '15', '', '', 1, 'postgresql')`);
  for (const [i, id] of ids.entries())
    await sql(`INSERT INTO instances (id, name, tenant_id, flavor_id, volume_size, task_id, task_description, created, updated,
        deleted, datastore_version_id, hostname)
      VALUES ('${id}', 'bench-${i}', '${cloud.project}', '${flavor}', 1, 1, 'No tasks for the instance.', now(), now(),
        0, '${version}', '10.88.0.1');
      INSERT INTO service_statuses (id, instance_id, status_id, status_description, updated_at)
        VALUES ('${randomUUID()}', '${id}', 1, 'running', now())`);
}
