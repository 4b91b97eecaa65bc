import type { Step } from '../../../plan/step.js';
import { all, sh } from '../../../shell/command.js';
import { filesHold, writeFiles, type TextFile } from '../../bundle.js';
import type { ClusterView, Node } from '../../datastore.js';
import type { Template } from '../../templates.js';
import { settingsText, usersText } from '../files.js';
import type { Layout } from '../layout.js';
import { asOwner } from '../owner.js';

/**
 * All that the server reads when it starts: settings, users, the certificate with its key and the authority. In one
 * step, since each round trip counts. Files are in force after the next start.
 */
export function writeConfiguration(template: Template, cluster: ClusterView, node: Node, layout: Layout): Step {
  const files: TextFile[] = [
    { path: layout.ca, text: line(cluster.ca) },
    { path: layout.certificate, text: line(node.tls.certificate) },
    { path: layout.key, text: line(node.tls.key.reveal()) },
    { path: layout.users, text: usersText(cluster, node) },
    { path: layout.settings, text: settingsText(template, cluster, node, layout) },
  ];
  return {
    name: 'write configuration',
    check: filesHold(files),
    apply: [asOwner(layout, all(sh`mkdir -p -m 0700 ${layout.conf}`, writeFiles(files)))],
  };
}

const line = (pem: string): string => (pem.endsWith('\n') ? pem : `${pem}\n`);
