import { createHash } from 'node:crypto';
import type { Step } from '../../plan/step.js';
import { all, sh } from '../../shell/command.js';
import { systemd } from '../../shell/systemd.js';
import { filesHold, writeFiles, type TextFile } from '../bundle.js';
import type { ClusterView, Node } from '../datastore.js';
import { user, type Layout } from './layout.js';
import { asOwner } from './owner.js';

/** Where a primary gives copies of its data: the port that MariaDB's own clusters use for the same. */
export const copyPort = 4444;

export const copiesUnit = 'dtrove-mariadb-copies.service';
export const copiesUnitFile = `/etc/systemd/system/${copiesUnit}`;
/** Seconds without a byte, after which a connection is given up. */
const patience = 600;

/**
 * MariaDB has no copying of its own, as PostgreSQL and MySQL have: a replica cannot draw its data by a statement. So the
 * primary serves them beside the database: over TLS, to whom tells the replication user's password, which is not on
 * this server. Each connection is a run of mariadb-backup as the server's own user, and the primary goes on writing.
 */
export function serveCopies(layout: Layout, cluster: ClusterView, node: Node): Step {
  const files = filesOf(layout, cluster);
  const text = unitText(layout, node);
  return {
    name: 'serve copies of the data',
    check: all(systemd.isActive(copiesUnit), systemd.isEnabled(copiesUnit), unitIs(text), filesHold(files)),
    apply: [
      asOwner(writeFiles(files)),
      all(
        sh`printf %s ${text} >${copiesUnitFile}`,
        systemd.reload(),
        systemd.enable(copiesUnit),
        systemd.restart(copiesUnit),
      ),
    ],
  };
}

const unitIs = (text: string) =>
  sh`want=${text.trim()}; have=$(cat ${copiesUnitFile} 2>/dev/null); [ "$have" = "$want" ]`;

const filesOf = ({ conf, settings, socket }: Layout, { replication }: ClusterView): readonly TextFile[] => {
  const digest = `${conf}/copies.sha256`;
  const hash = createHash('sha256').update(replication.password.reveal()).digest('hex');
  const send = sh`#!/bin/sh
# Written by DTrove. One connection: the replication user's password comes in, a copy of the data goes out.
IFS= read -r password || exit 1
read -r wanted <${digest} && [ "$(printf %s "$password" | sha256sum)" = "$wanted  -" ] || { echo 'a wrong password' >&2; exit 1; }
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
said=$(mariadb-backup --defaults-file=${settings} --backup --stream=xbstream --target-dir="$scratch" --user=${user} --socket=${socket} 2>&1 >&3) 3>&1 || { printf '%s\\n' "$said" | tail -n 5 >&2; exit 1; }
`;
  return [
    { path: digest, text: `${hash}\n` },
    { path: `${conf}/send-copy`, text: send.text, executable: true },
  ];
};

const unitText = ({ conf, certificate, key }: Layout, { addr }: Node): string => {
  const listen = [
    `OPENSSL-LISTEN:${String(copyPort)}`,
    `bind=${addr}`,
    'reuseaddr',
    'fork',
    'max-children=8',
    `cert=${certificate}`,
    `key=${key}`,
    'verify=0',
    'openssl-min-proto-version=TLS1.2',
  ];
  return `\
# Written by DTrove.
[Unit]
Description=Copies of MariaDB's data for new replicas
Wants=network-online.target
After=network-online.target mariadb.service
StartLimitIntervalSec=0

[Service]
User=${user}
Group=${user}
ExecStart=/usr/bin/socat -T ${String(patience)} ${listen.join(',')} EXEC:${conf}/send-copy
Restart=always
RestartSec=1
PrivateTmp=yes
ProtectSystem=full
ProtectHome=yes
NoNewPrivileges=yes

[Install]
WantedBy=multi-user.target
`;
};
