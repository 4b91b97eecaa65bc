import { chown, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { hbaText, layoutOf, passfileText, settingsText } from './product.mjs';

/** The paths and texts that the manager writes for PostgreSQL, but for who is who. */
export function textsOf({ view, template }, node) {
  const { settings, hba, certificate, key, ca, passfile } = layoutOf(view, node);
  return [
    [settings, settingsText(template, view, node)],
    [hba, hbaText(view)],
    [certificate, node.tls.certificate],
    [key, node.tls.key.reveal()],
    [ca, view.ca],
    ...(node.role === 'REPLICA' ? [[passfile, passfileText(view)]] : []),
  ];
}

/**
 * Writes the very files that the manager's first step writes.
 * @param {Awaited<ReturnType<typeof import('./floor-cluster.mjs').makeCluster>>} cluster
 * @param {import('./ground.mjs').Ground} ground
 */
export async function writeFiles(cluster, node, { user }) {
  const { conf, ident } = layoutOf(cluster.view, node);
  await mkdir(conf, { recursive: true, mode: 0o700 });
  const map = `dtrove "${user?.name ?? userInfo().username}" postgres\n`;
  const texts = [[ident, map], ...textsOf(cluster, node)];
  await Promise.all(texts.map(([path, text]) => writeFile(path, text, { mode: 0o600 })));
  if (user === null) return;
  const paths = [dirname(conf), conf, ...texts.map(([path]) => path)];
  await Promise.all(paths.map((path) => chown(path, user.uid, user.gid)));
}
