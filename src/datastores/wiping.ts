import { posix } from 'node:path';
import type { Step } from '../plan/step.js';
import { apt } from '../shell/apt.js';
import { before } from '../shell/before.js';
import { sh, type Command } from '../shell/command.js';
import { systemd } from '../shell/systemd.js';
import { systemDumps } from './dumping.js';

/** What a manager brought to a server with systemd and apt. */
export interface Brought {
  /** The engine as a sentence names it. */
  readonly title: string;
  /** Begins the name of the detached job, `[a-z0-9-]+`. */
  readonly job: string;
  readonly units: readonly string[];
  /** Packages that were asked for; what they brought with them goes as well. */
  readonly packages: readonly string[];
  /** Files and directories that are the cluster's own, whatever was there before. */
  readonly own: readonly string[];
  /** Files below /etc/apt that are left where they were there before. */
  readonly sources?: readonly string[];
  /** What belongs to a package and goes with it, unless it was there before DTrove came. */
  readonly with: readonly {
    readonly package: string;
    readonly paths: readonly string[];
    /** Users and groups of these names. */
    readonly users: readonly string[];
  }[];
}

/**
 * Takes all of it off a server that lives on (`plans.wipe`). What was there before is known by `before.note`, which the
 * provider has run when it gave the server away. Needs nothing but the server itself, in whatever state it is.
 */
export const wipeSteps = (brought: Brought): Step[] => [
  stopUnits(brought),
  removePackages(brought),
  removeRest(brought),
];

// Debian's generator starts the clusters of PostgreSQL at boot: what is not there any more is not started either.
const stopUnits = ({ title, units }: Brought): Step => ({
  name: `stop ${title} for good`,
  check: sequence(units.map(systemd.isInactive)),
  apply: units.map(
    (unit) => sh`unit=${unit}
timeout 50 systemctl stop "$unit" || systemctl kill --signal=KILL "$unit"
systemctl reset-failed "$unit" 2>/dev/null; :`,
  ),
  settle: { timeoutMs: 10_000 },
});

const removePackages = ({ job, packages }: Brought): Step => {
  const names = packages.map((word) => word.split('=', 1)[0] ?? word);
  return {
    name: 'remove packages',
    check: apt.purged(names),
    apply: [
      { kind: 'detached', name: `${job}-wipe`, command: apt.purge(names), init: 'systemd', timeoutMs: 15 * 60_000 },
    ],
  };
};

/** Done by one command, since each round trip counts; each line of it is its own check. */
function removeRest({ own: brought, sources = [], with: parts }: Brought): Step {
  const own = [...brought, systemDumps];
  const drop = (path: string): Command =>
    sh`rm -rf ${path}; rmdir -p --ignore-fail-on-non-empty ${posix.dirname(path)} 2>/dev/null`;
  return {
    name: 'remove data and configuration',
    check: sequence([
      ...own.map(isGone),
      ...sources.map((path) => sh`{ ${isGone(path)} || ${before.hadFile(path)}; }`),
      ...parts.map(
        (part) =>
          sh`{ ${before.hadPackage(part.package)} || { ${sequence([...part.paths.map(isGone), ...part.users.map(isNobody)])}; }; }`,
      ),
    ]),
    apply: [
      sequence([
        before.isKnown(),
        sh`{ ${lines([
          ...own.map(drop),
          ...sources.map((path) => sh`${before.hadFile(path)} || rm -f ${path}`),
          ...parts.map(
            (part) =>
              sh`${before.hadPackage(part.package)} || { ${lines([...part.paths.map(drop), ...part.users.map(dismiss)])}; }`,
          ),
          sh`systemctl daemon-reload`,
        ])}; }`,
      ]),
    ],
  };
}

const isGone = (path: string): Command => sh`[ ! -e ${path} ]`;
const isNobody = (name: string): Command =>
  sh`{ ${before.hadUser(name)} || ! getent passwd ${name} >/dev/null; } && { ${before.hadGroup(name)} || ! getent group ${name} >/dev/null; }`;
const dismiss = (user: string): Command =>
  sh`${before.hadUser(user)} || userdel ${user} 2>/dev/null; ${before.hadGroup(user)} || groupdel ${user} 2>/dev/null`;

const sequence = (commands: readonly Command[]): Command =>
  commands.length === 0 ? sh`true` : commands.reduce((first, next) => sh`${first} && ${next}`);
const lines = (commands: readonly Command[]): Command => commands.reduce((first, next) => after(first, next), sh`:`);
const after = (first: Command, next: Command): Command => sh`${first}
${next}`;
