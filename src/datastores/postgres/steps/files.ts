import { posix } from 'node:path';
import type { Step } from '../../../plan/step.js';
import { all, sh } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import type { Template } from '../../templates.js';
import { filesHold, writeFiles, type TextFile } from '../bundle.js';
import { start } from '../control.js';
import { hbaText, passfileText, settingsText } from '../files.js';
import { layoutOf } from '../layout.js';

/**
 * All that PostgreSQL reads when it starts: settings, who may enter, the certificate with its key and the authority, on
 * a replica the passfile; and what starts it at boot. In one step, since each round trip counts. Files are in force
 * after the next start.
 */
export function writeConfiguration(template: Template, cluster: ClusterView, node: Node): Step {
  const { root, conf, ident, autostart } = layoutOf(node);
  const files = filesOf(template, cluster, node);
  const directories = [root, conf, posix.dirname(autostart)];
  // The map's user is the one whom the server's shell runs as: only the server knows it.
  return {
    name: 'write configuration',
    check: all(sh`grep -Fqsx "dtrove \\"$(id -un)\\" postgres" ${ident}`, filesHold(files)),
    apply: [
      all(
        sh`umask 077; mkdir -p ${directories} && printf 'dtrove "%s" postgres\\n' "$(id -un)" >${ident}`,
        writeFiles(files),
      ),
    ],
  };
}

function filesOf(template: Template, cluster: ClusterView, node: Node): TextFile[] {
  const { settings, hba, ca, certificate, key, passfile, autostart } = layoutOf(node);
  return [
    { path: ca, text: line(cluster.ca) },
    { path: certificate, text: line(node.tls.certificate) },
    { path: key, text: line(node.tls.key.reveal()) },
    ...(node.role === 'REPLICA' ? [{ path: passfile, text: passfileText(cluster) }] : []),
    { path: settings, text: settingsText(template, cluster, node) },
    { path: hba, text: hbaText(cluster) },
    { path: autostart, text: `#!/bin/sh\n${start(node).text}\n`, executable: true },
  ];
}

const line = (pem: string): string => (pem.endsWith('\n') ? pem : `${pem}\n`);
