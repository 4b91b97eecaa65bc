import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DomainError, messageOf } from '../errors.js';
import { lacks } from './contract.js';
import type { Manager } from './datastore.js';
import { kitWith, type ManagerKit } from './kit.js';
import { mariadb, mysql } from './mysql/index.js';
import { postgres } from './postgres/index.js';
import { redis, valkey } from './redis/index.js';
import { templatesIn } from './templates.js';

/** The managers of this process, checked at start. */
export interface ManagerRegistry {
  readonly all: readonly Manager[];
  /** Throws BAD_USER_INPUT on `manager` where there is none of that id. */
  readonly managerOf: (id: string) => Manager;
}

export interface ManagerOptions {
  /** Module specifiers of external managers, comma separated: a package's name, a URL or a path (of the working directory). */
  readonly specifiers?: string | undefined;
  /** The operator's own templates, looked up before the built-in ones. */
  readonly templatesDir?: string | undefined;
}

/** What an external module exports as `default`: a manager, or what makes one from the kit. */
export type ManagerExport = Manager | ((kit: ManagerKit) => Manager);

const builtIn: readonly ((kit: ManagerKit) => Manager)[] = [postgres, mariadb, mysql, redis, valkey];

/**
 * The built-in managers and the external ones. Throws a DomainError that names the manager and what it lacks, or the
 * module that cannot be loaded, or the id that two of them share.
 */
export async function loadManagers({ specifiers = '', templatesDir }: ManagerOptions = {}): Promise<ManagerRegistry> {
  const kit = kitWith(templatesIn(templatesDir));
  const names = specifiers
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const external = await Promise.all(names.map((name) => load(name, kit)));
  const managers = new Map<string, Manager>();
  for (const manager of [...builtIn.map((make) => make(kit)), ...external]) {
    if (managers.has(manager.id))
      throw new DomainError('BAD_USER_INPUT', `DTROVE_DATASTORE_MANAGERS: two managers are called ${manager.id}`);
    managers.set(manager.id, manager);
  }
  return {
    all: [...managers.values()],
    managerOf(id) {
      const manager = managers.get(id);
      if (manager) return manager;
      const known = [...managers.keys()].join(', ');
      throw new DomainError('BAD_USER_INPUT', `there is no manager ${id}; there is: ${known}`, { field: 'manager' });
    },
  };
}

async function load(specifier: string, kit: ManagerKit): Promise<Manager> {
  const path = /^(\.{1,2}\/|\/)/.test(specifier) ? pathToFileURL(resolve(specifier)).href : specifier;
  const fail = (words: string): never => {
    throw new DomainError('BAD_USER_INPUT', `DTROVE_DATASTORE_MANAGERS: the manager ${specifier} ${words}`);
  };
  let made: unknown;
  try {
    const { default: exported } = (await import(path)) as { default?: unknown };
    made = typeof exported === 'function' ? (exported as (kit: ManagerKit) => unknown)(kit) : exported;
  } catch (error) {
    return fail(`cannot be loaded: ${messageOf(error)}`);
  }
  const missing = lacks(made);
  return missing.length === 0 ? (made as Manager) : fail(missing.join('; '));
}
