import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Bastion, Host, HostState } from '../../schema/host.js';
import { DomainError, messageOf } from '../errors.js';
import { newId } from '../ids.js';
import { fingerprint, readKey } from '../remote/keys.js';
import { withDeadline } from '../remote/deadline.js';
import type { Hop, Login } from '../remote/remote.js';
import { agentSocket, keyLogin, loginOf, sealLogins } from './logins.js';
import { pinOf } from './pin.js';
import { isDouble, targetOf, type HostGround } from './pool.js';
import { surveyHost, type Survey } from './survey.js';
import { wrong, type HostWish } from './wish.js';

export interface Registering extends HostGround {
  /** The user unless a wish names one. */
  readonly sshUser: string;
}

/** Milliseconds that a registration may take. */
const patience = 60_000;

/**
 * Takes a server into the pool: pins its host key, logs in, looks whether DTrove can work there. The same wish again
 * gives the host there is. Throws with the field that is wrong; then nothing is kept.
 */
export async function registerHost(ground: Registering, wish: HostWish, fromFile = false): Promise<Host> {
  const expired = () =>
    new DomainError('REMOTE_TIMEOUT', `address: ${wish.address} took longer than ${patience / 1000} s`, {
      field: 'address',
      retryable: true,
    });
  return withDeadline(undefined, patience, expired, async (signal) => {
    const address = await resolved(wish);
    const known = await ground.db.manager.findOneBy(Host, { place: placeOf(wish, address) });
    if (known !== null) return sameAgain(known, wish, ground);
    const login = loginWished(wish, 'privateKey');
    const hop = await bastionWished(ground, wish, login);
    const user = wish.user ?? ground.sshUser;
    const door = { host: address, port: wish.port, user, via: hop ?? undefined };
    const hostKey = await pinOf(ground.remotes, door, wish, (field) => field);
    const target = { address, port: wish.port, user, hostKey, login, bastion: hop };
    const found = await surveyHost(ground.remotes.get(targetOf(target)), { address, user, signal }).catch(
      (error: unknown) => {
        ground.remotes.forget(address, wish.port);
        throw error;
      },
    );
    return keep(ground, wish, { ...target, found, fromFile });
  });
}

/** What tells hosts apart: behind different bastions an address may be there twice. */
const placeOf = ({ port, bastion }: HostWish, address: string): string =>
  `${bastion == null ? '' : `${bastion.address}:${bastion.port} `}${address}:${port}`;

async function resolved({ address, bastion }: HostWish): Promise<string> {
  if (isIP(address) !== 0) return address;
  if (bastion != null) throw wrong('address', `behind a bastion a host is named by its IP address, not ${address}`);
  return lookup(address).then(
    (found) => found.address,
    (error: unknown) => {
      throw wrong('address', `there is no host ${address}: ${messageOf(error)}`);
    },
  );
}

/** The host there is, where the wish is for the same. */
function sameAgain(host: Host, wish: HostWish, { vault, sshUser }: Registering): Host {
  const { privateKey } = loginOf(vault, host);
  const pin = wish.hostKeyFingerprint?.replace(/=$/, '');
  const differences = [
    ...(host.user === (wish.user ?? sshUser) ? [] : [`as ${host.user}`]),
    ...(host.tags.join() === wish.tags.join() ? [] : [`with the tags ${host.tags.join(', ') || '(none)'}`]),
    ...(wish.privateKey == null || wish.privateKey === privateKey?.reveal() ? [] : ['with another private key']),
    ...(pin === undefined || pin === fingerprint(host.hostKey)
      ? []
      : [`with the host key ${fingerprint(host.hostKey)}`]),
  ];
  if (differences.length === 0) return host;
  throw taken(
    `${host.address}:${host.port} is registered already ${differences.join(' and ')}: remove it first (host ${host.id})`,
  );
}

const taken = (words: string): DomainError => new DomainError('CONFLICT', `address: ${words}`, { field: 'address' });

function loginWished({ privateKey, passphrase, useAgent }: Partial<HostWish>, field: string): Login {
  if (useAgent === true && privateKey == null) {
    if (agentSocket() !== '') return { agent: agentSocket() };
    throw wrong('useAgent', 'the control plane has no SSH agent: SSH_AUTH_SOCK is not set in its environment');
  }
  if (privateKey == null) throw wrong(field, 'give the private key that logs in, or set useAgent');
  if (useAgent === true) throw wrong('useAgent', 'give a private key or use the agent, not both');
  try {
    const key = readKey(privateKey, passphrase ?? '');
    if (!key.isPrivateKey()) throw new Error('it is a public key');
  } catch (error) {
    throw wrong(field, `is no private key that can be used: ${messageOf(error)}`);
  }
  return keyLogin(privateKey, passphrase ?? '');
}

async function bastionWished(ground: Registering, wish: HostWish, login: Login): Promise<Hop | null> {
  const { bastion } = wish;
  if (bastion == null) return null;
  const own = bastion.privateKey == null ? login : loginWished(bastion, 'bastion.privateKey');
  const user = bastion.user ?? wish.user ?? ground.sshUser;
  const door = { host: bastion.address, port: bastion.port, user };
  const hostKey = await pinOf(ground.remotes, door, bastion, (field) => `bastion.${field}`);
  return { ...door, hostKey, ...own };
}

interface Looked {
  readonly address: string;
  readonly user: string;
  readonly hostKey: string;
  readonly login: Login;
  readonly bastion: Hop | null;
  readonly found: Survey;
  readonly fromFile: boolean;
}

async function keep(ground: Registering, wish: HostWish, looked: Looked): Promise<Host> {
  const { address, user, hostKey, login, bastion, found, fromFile } = looked;
  const id = newId();
  const ownLogin = wish.bastion?.privateKey != null;
  const host = Object.assign(new Host(), {
    ...{ id, place: placeOf(wish, address), address, port: wish.port, user, hostKey, tags: wish.tags },
    cpus: wish.capacity?.cpus ?? found.cpus,
    memoryMb: wish.capacity?.memoryMb ?? found.memoryMb,
    diskGb: wish.capacity?.diskGb ?? found.diskGb,
    ...{ os: found.os, machineId: found.machineId },
    state: found.unclean ? HostState.UNCLEAN : HostState.FREE,
    message: found.unclean ? 'it bears what an earlier cluster left: /var/lib/dtrove' : '',
    bastion: bastion && shown(bastion, ownLogin),
    login: sealLogins(ground.vault, { host: login, bastion: bastion && ownLogin ? bastion : null }, id),
    ...{ instanceId: null, clusterId: null, fromFile, createdAt: new Date() },
  });
  await ground.db.manager.insert(Host, host).catch(async (error: unknown) => {
    if (!isDouble(error)) throw error;
    throw taken(await whose(ground, host));
  });
  return host;
}

const shown = ({ host: address, port, user, hostKey }: Hop, ownLogin: boolean): Bastion =>
  Object.assign(new Bastion(), {
    ...{ address, port, user, hostKey, ownLogin },
    hostKeyFingerprint: fingerprint(hostKey),
  });

async function whose({ db }: Registering, { place, address, port, machineId }: Host): Promise<string> {
  const at = await db.manager.findOneBy(Host, { place });
  if (at !== null) return `${address}:${port} is registered already (host ${at.id})`;
  const other = machineId === null ? null : await db.manager.findOneBy(Host, { machineId });
  const known = other === null ? 'by another name' : `as ${other.address}:${other.port} (host ${other.id})`;
  return `the machine at ${address}:${port} is registered already ${known}: both have the machine-id ${machineId ?? ''}. Where one is a copy of the other, give it an id of its own (rm /etc/machine-id; systemd-machine-id-setup)`;
}
