import type { TransferOptions } from '../../remote/remote.js';
import type { Command } from '../../shell/command.js';
import type { Part, Stored } from '../../files/parts.js';

/**
 * Packs the data on their server; throws where that fails. `send`: what takes the packed stream there; without it, it
 * comes here, into `file`, and what was stored is told.
 */
export type Packing = (
  io: Pick<TransferOptions, 'input' | 'output' | 'file'> & { readonly send?: Command },
) => Promise<Stored | undefined>;

/** Unpacks on a server what is in `file`, or what `fetch` gets there, which is told by `input` what to get. */
export type Unpacking = (io: Pick<TransferOptions, 'input' | 'file'> & { readonly fetch?: Command }) => Promise<void>;

/** How far it is, in bytes of what lies in the store. */
export type Tell = (bytes: number) => void;

/** One place where backups are kept, each under a name of its own (`location`). */
export interface Store {
  /** Writes, reads and removes something small. Throws UNAVAILABLE in the store's words. */
  check(signal: AbortSignal): Promise<void>;
  /**
   * Takes a backup, then its manifest: only what has a manifest is one. What an earlier attempt left half done goes.
   * Nothing is there after it has thrown.
   */
  keep(
    location: string,
    packing: Packing,
    describe: (stored: Stored) => string,
    options: { readonly tell: Tell; readonly signal: AbortSignal },
  ): Promise<Stored>;
  /** The text of the manifest; null where there is none. */
  manifest(location: string, signal: AbortSignal): Promise<string | null>;
  /** Gives a backup, each part checked before it is used. Throws BACKUP_DAMAGED. */
  give(
    location: string,
    parts: readonly Part[],
    unpacking: Unpacking,
    options: { readonly tell: Tell; readonly signal: AbortSignal },
  ): Promise<void>;
  /** Removes a backup, or what there is of it. */
  remove(location: string, signal: AbortSignal): Promise<void>;
}
