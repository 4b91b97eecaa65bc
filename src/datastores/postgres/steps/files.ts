import { posix } from 'node:path';
import type { Step } from '../../../plan/step.js';
import { all, sh } from '../../../shell/command.js';
import { filesHold, writeFiles, type TextFile } from '../../bundle.js';
import type { ClusterView, Node } from '../../datastore.js';
import type { Template } from '../../templates.js';
import { controlOf } from '../control/index.js';
import { hbaText, identText, markedText, passfileText } from '../files.js';
import { layoutOf } from '../layout.js';
import { asOwner } from '../owner.js';

/**
 * All that PostgreSQL reads when it starts: settings, who may enter, the certificate with its key and the authority, on
 * a replica the passfile; without systemd also what starts it at boot. In one step, since each round trip counts. Files
 * are in force after the next start.
 */
export function writeConfiguration(template: Template, cluster: ClusterView, node: Node): Step {
  const files = filesOf(template, cluster, node);
  const effect = node.facts.init === 'local' ? writeLocally : writeOnDebian;
  return { name: 'write configuration', ...effect(files, cluster, node) };
}

type Effect = Pick<Step, 'check' | 'apply'>;

function writeLocally(common: readonly TextFile[], cluster: ClusterView, node: Node): Effect {
  const { conf, ident } = layoutOf(cluster, node);
  const start = controlOf(node).start(cluster, node);
  const autostart = { path: `${node.facts.home}/autostart/postgresql`, text: `#!/bin/sh\n${start.text}\n` };
  const files = [...common, { ...autostart, executable: true }];
  const directories = [posix.dirname(conf), conf, posix.dirname(autostart.path)];
  // The map's user is the one whom the server's shell runs as: only the server knows it.
  return {
    check: all(sh`grep -Fqsx "dtrove \\"$(id -un)\\" postgres" ${ident}`, filesHold(files)),
    apply: [
      all(
        sh`umask 077; mkdir -p ${directories} && printf 'dtrove "%s" postgres\\n' "$(id -un)" >${ident}`,
        writeFiles(files),
      ),
    ],
  };
}

function writeOnDebian(common: readonly TextFile[], cluster: ClusterView, node: Node): Effect {
  const { conf, data, ident } = layoutOf(cluster, node);
  const files = [...common, { path: ident, text: identText }];
  const make = sh`mkdir -p ${[conf, posix.dirname(data)]}`;
  return { check: filesHold(files), apply: [asOwner(node, all(make, writeFiles(files)))] };
}

function filesOf(template: Template, cluster: ClusterView, node: Node): TextFile[] {
  const { settings, hba, ca, certificate, key, passfile } = layoutOf(cluster, node);
  return [
    { path: ca, text: line(cluster.ca) },
    { path: certificate, text: line(node.tls.certificate) },
    { path: key, text: line(node.tls.key.reveal()) },
    ...(node.role === 'REPLICA' ? [{ path: passfile, text: passfileText(cluster) }] : []),
    { path: settings, text: markedText(template, cluster, node) },
    { path: hba, text: hbaText(cluster) },
  ];
}

const line = (pem: string): string => (pem.endsWith('\n') ? pem : `${pem}\n`);
