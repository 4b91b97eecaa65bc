import { posix } from 'node:path';
import type { Step } from '../../../plan/step.js';
import { all, sh } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import type { Template } from '../../templates.js';
import { bundleHolds, writeBundle, type Bundle } from '../bundle.js';
import { start } from '../control.js';
import { hbaText, passfileText, settingsText } from '../files.js';
import { layoutOf } from '../layout.js';

/** The certificate with its key, the cluster's authority, and on a replica the passfile. */
export function writeCredentials(cluster: ClusterView, node: Node): Step {
  const { root, conf, autostart, ca, certificate, key, passfile } = layoutOf(node);
  const bundle: Bundle = {
    secret: true,
    files: [
      { path: ca, text: line(cluster.ca) },
      { path: certificate, text: line(node.tls.certificate) },
      { path: key, text: line(node.tls.key.reveal()) },
      ...(node.role === 'REPLICA' ? [{ path: passfile, text: passfileText(cluster) }] : []),
    ],
  };
  return {
    name: 'write credentials',
    check: bundleHolds(bundle),
    apply: [all(sh`mkdir -p -m 0700 ${[root, conf, posix.dirname(autostart)]}`, writeBundle(bundle))],
  };
}

/** postgresql.conf, pg_hba.conf, pg_ident.conf and what starts it at boot. They are in force after the next start. */
export function writeSettings(template: Template, cluster: ClusterView, node: Node): Step {
  const { settings, hba, ident, autostart } = layoutOf(node);
  const bundle: Bundle = {
    secret: false,
    files: [
      { path: settings, text: settingsText(template, cluster, node) },
      { path: hba, text: hbaText(cluster) },
      { path: autostart, text: `#!/bin/sh\n${start(node).text}\n`, executable: true },
    ],
  };
  // The map's user is the one whom the server's shell runs as: only the server knows it.
  return {
    name: 'write settings',
    check: all(sh`grep -Fqsx "dtrove \\"$(id -un)\\" postgres" ${ident}`, bundleHolds(bundle)),
    apply: [all(sh`umask 077; printf 'dtrove "%s" postgres\\n' "$(id -un)" >${ident}`, writeBundle(bundle))],
  };
}

const line = (pem: string): string => (pem.endsWith('\n') ? pem : `${pem}\n`);
