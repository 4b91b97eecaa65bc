import type { Api } from './api.js';
import { BarView } from './bars.js';
import { activeCluster, type Created } from './cluster.js';
import { connectionString, primaryOf, replicasOf, type Endpoint } from './connection.js';
import { LineView } from './lines.js';
import type { Place } from './place.js';
import { readRow, writeRow } from './proof.js';
import type { Teller } from './teller.js';
import { widthOf, type View } from './view.js';

/** Bars where somebody watches, plain lines where a file or a pipe does. */
export function viewOf({ cluster }: Created, { out, coloured }: Teller): View {
  const names = [cluster.name, ...cluster.instances.map(({ name }) => name)];
  return out.isTTY === true ? new BarView(out, names, coloured) : new LineView(out, widthOf(names));
}

/** Shows that the cluster works: a row goes in at the primary and comes out at the replicas. */
export async function showCluster(
  { cluster: { id, name }, credentials }: Created,
  api: Api,
  place: Place,
  teller: Teller,
  signal: AbortSignal,
): Promise<void> {
  const cluster = await activeCluster(api, id, signal);
  const primary = primaryOf(cluster);
  teller.done(`Cluster ${name} is active`);
  const row = await writeRow(primary, credentials, `written by npm run demo at ${new Date().toISOString()}`);
  teller.done(`Wrote row ${row.id} on the primary (${addressOf(primary)})`);
  const replicas = replicasOf(cluster);
  for (const endpoint of replicas.length > 0 ? replicas : [primary]) {
    const after = await readRow(endpoint, credentials, row);
    const where = endpoint === primary ? 'the primary, there is no replica' : `a replica (${addressOf(endpoint)})`;
    teller.done(`Read row ${row.id} on ${where}, ${after} ms after the write`);
  }
  teller.say('');
  teller.field('Connect', `psql "${connectionString(primary, credentials)}"`);
  teller.field('GraphQL IDE', `${place.origin}/`);
  teller.field('Its token', place.tokenFile);
}

const addressOf = ({ host, port }: Endpoint): string => `${host}:${port}`;
