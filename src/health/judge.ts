import { InstanceRole, ServerStatus } from '../../schema/enums.js';
import type { DatastoreStatus } from '../datastores/datastore.js';
import type { Server } from '../providers/provider.js';

/** What one look at a server found. */
export interface Seen {
  /** As its provider sees it; null: the provider gave no answer; `gone`: it knows of no such server. */
  readonly server: Pick<Server, 'state' | 'message' | 'addr'> | 'gone' | null;
  /** What its datastore says of itself; the words of why it could not be asked; null: it was not asked. */
  readonly datastore: DatastoreStatus | string | null;
}

/** An instance before the look. */
export interface Before {
  readonly role: InstanceRole;
  readonly serverStatus: ServerStatus;
  readonly addr: string | null;
  readonly datastoreUp: boolean | null;
  readonly datastoreVersion: string | null;
}

/** What the look makes of an instance. */
export interface Judgement {
  readonly serverStatus: ServerStatus;
  /** What is wrong, in words; empty when all is well. */
  readonly trouble: string;
  /** Null: not known. */
  readonly datastoreUp: boolean | null;
  readonly datastoreVersion: string | null;
}

interface Names {
  readonly provider: string;
  readonly manager: string;
}

/** What can be done about an instance whose server is gone. */
const adviceOn = (role: InstanceRole): string =>
  role === InstanceRole.PRIMARY
    ? 'its data are gone with it: delete the cluster'
    : 'remove it with removeNode, and add another one with addNode';

/** What a provider says of a server that does not run as it should; empty for one that does. */
function wordsOf({ state, message }: Pick<Server, 'state' | 'message'>, provider: string): string {
  if (state === 'ACTIVE') return '';
  const said = message === '' ? state : message;
  return state === 'SHUTOFF'
    ? `its server does not run (${provider}: ${said})`
    : `${provider} says of its server: ${said}`;
}

/** What its own words make of a datastore that was asked. */
function troubleOf({ up, role, message }: DatastoreStatus, wanted: InstanceRole, manager: string): string {
  if (!up) return `${manager} is down: ${message}`;
  if (wanted !== InstanceRole.UNKNOWN && role !== 'UNKNOWN' && role !== (wanted as string))
    return `${manager} says that it is a ${role.toLowerCase()}, and it shall be a ${wanted.toLowerCase()}`;
  return message;
}

/** What a server is by whether it has answered; as it was where nobody asked. */
function statusBy(datastore: Seen['datastore'], before: ServerStatus): ServerStatus {
  if (datastore === null) return before;
  return typeof datastore === 'string' ? ServerStatus.UNKNOWN : ServerStatus.ACTIVE;
}

/** Judges one look: pure. What the provider does not answer to stays as it was. */
export function judge(before: Before, { server, datastore }: Seen, { provider, manager }: Names): Judgement {
  if (server === 'gone') {
    const trouble = `its server is gone: ${provider} knows of none by that id; ${adviceOn(before.role)}`;
    return { ...before, serverStatus: ServerStatus.ERROR, trouble, datastoreUp: false };
  }
  // Some backends have no eyes but SSH: then whether the server has answered is what is known of it.
  const blind = server?.state === 'UNKNOWN' && server.message === '';
  const serverStatus = blind
    ? statusBy(datastore, before.serverStatus)
    : server === null
      ? before.serverStatus
      : ServerStatus[server.state];
  const { datastoreVersion } = before;
  const told = server === null || blind ? '' : wordsOf(server, provider);
  if (datastore === null) {
    const runs = told === '';
    return { serverStatus, trouble: told, datastoreUp: runs ? before.datastoreUp : false, datastoreVersion };
  }
  if (typeof datastore === 'string') {
    const moved = server?.addr != null && server.addr !== before.addr;
    const address = moved ? [`${provider} says that its address is ${server.addr} now`] : [];
    const trouble = [...(told === '' ? [] : [told]), datastore, ...address].join('; ');
    return { serverStatus, trouble, datastoreUp: null, datastoreVersion };
  }
  // It answers: whatever the provider has to remark of its server shows in `serverStatus` alone.
  return {
    serverStatus,
    trouble: troubleOf(datastore, before.role, manager),
    datastoreUp: datastore.up,
    datastoreVersion: datastore.version ?? datastoreVersion,
  };
}
