import { z } from 'zod';
import type { Host } from '../../schema/host.js';
import type { Hop, Login } from '../remote/remote.js';
import type { Vault } from '../secrets/vault.js';
import { Secret } from '../shell/secret.js';

/** How a login is stored: sealed, with the id of the host as associated data; or that an agent has it. */
const Stored = z.union([
  z.object({ agent: z.literal(true) }),
  z.object({ privateKey: z.string(), passphrase: z.string() }),
]);
const StoredLogins = z.object({ host: Stored, bastion: Stored.nullable() });

/** What logs in to a host, and to its bastion where that is something else. */
export interface Logins {
  readonly host: Login;
  readonly bastion: Login | null;
}

const sealed = (vault: Vault, login: Login, id: string): z.infer<typeof Stored> =>
  login.agent === undefined
    ? { privateKey: vault.seal(login.privateKey, id), passphrase: vault.seal(login.passphrase, id) }
    : { agent: true };

export const sealLogins = (vault: Vault, { host, bastion }: Logins, id: string): z.infer<typeof StoredLogins> => ({
  host: sealed(vault, host, id),
  bastion: bastion && sealed(vault, bastion, id),
});

/** The agent is the one of this process: its socket may be another at each start. */
const opened = (vault: Vault, stored: z.infer<typeof Stored>, id: string): Login =>
  'agent' in stored
    ? { agent: agentSocket() }
    : { privateKey: vault.open(stored.privateKey, id), passphrase: vault.open(stored.passphrase, id) };

export const agentSocket = (): string => process.env['SSH_AUTH_SOCK'] ?? '';

/** The bastion of a host, ready to be logged in to; null where it has none. */
export function bastionOf(vault: Vault, { id, bastion, login }: Host): Hop | null {
  if (bastion === null) return null;
  const { address: host, port, user, hostKey } = bastion;
  const stored = StoredLogins.parse(login);
  return { host, port, user, hostKey, ...opened(vault, stored.bastion ?? stored.host, id) };
}

/** What logs in to the host itself. */
export const loginOf = (vault: Vault, { id, login }: Host): Login => opened(vault, StoredLogins.parse(login).host, id);

export const keyLogin = (privateKey: string, passphrase: string): Login => ({
  privateKey: new Secret(privateKey),
  passphrase: new Secret(passphrase),
});
