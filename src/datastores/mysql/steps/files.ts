import type { Step } from '../../../plan/step.js';
import { all } from '../../../shell/command.js';
import { directory } from '../../../shell/file.js';
import { filesHold, writeFiles, type TextFile } from '../../bundle.js';
import type { ClusterView, Node } from '../../datastore.js';
import type { Template } from '../../templates.js';
import { settingsText } from '../files.js';
import { user, type Layout } from '../layout.js';
import { asOwner } from '../owner.js';

/**
 * All that the server reads when it starts: settings, the certificate with its key and the authority. In one step, since
 * each round trip counts. Files are in force after the next start.
 */
export function writeConfiguration(template: Template, cluster: ClusterView, node: Node, layout: Layout): Step {
  const files: TextFile[] = [
    { path: layout.ca, text: line(cluster.ca) },
    { path: layout.certificate, text: line(node.tls.certificate) },
    { path: layout.key, text: line(node.tls.key.reveal()) },
    { path: layout.settings, text: settingsText(template, cluster, node, layout) },
  ];
  const owner = `${user}:${user}`;
  return {
    name: 'write configuration',
    check: filesHold(files),
    apply: [
      all(directory(layout.home, 0o700, owner), directory(layout.conf, 0o700, owner)),
      asOwner(writeFiles(files)),
    ],
  };
}

const line = (pem: string): string => (pem.endsWith('\n') ? pem : `${pem}\n`);
