import { posix } from 'node:path';
import type { Load } from '../../datastores/exporting.js';
import { sha256 } from '../../datastores/dumping.js';
import { DomainError } from '../../errors.js';
import type { StepContext, WorkStep } from '../../operations/work.js';
import { sh } from '../../shell/command.js';
import type { ByteRemote } from '../../remote/remote.js';
import type { SourceDump } from '../source.js';
import { sendFile } from '../transfer.js';

/** How long a server may take to read a file of some gigabytes, in milliseconds. */
const digestMs = 3_600_000;

/** Brings a dump to the server, and has it proven there that it has arrived whole. */
export const sendDump = (
  remoteOf: () => Promise<ByteRemote>,
  dump: SourceDump,
  { database, file }: Load,
): WorkStep => ({
  name: `send ${database}`,
  run: async (context) => {
    const { signal, assertHeld } = context;
    const options = { signal, before: assertHeld };
    const remote = await remoteOf();
    const sent = `${file}.sent`;
    const made = await remote.run(
      sh`[ -e ${sent} ] || { umask 077; mkdir -p ${posix.dirname(file)} && echo new; }`,
      options,
    );
    if (made.code !== 0) throw new DomainError('STEP_FAILED', `cannot write on the server: ${made.stderr.trim()}`);
    if (made.stdout === '') return 'already done';
    await sendFile(remote, file, dump.size, dump.read, { ...options, progress: telling(context, dump.size) });
    const proof = await remote.run(sh`digest=$(${sha256(file)}) && [ "$digest" = ${dump.sha256} ] && : >${sent}`, {
      ...options,
      timeoutMs: digestMs,
    });
    if (proof.code === 0) return `${dump.size} bytes`;
    await remote.run(sh`rm -f ${file}`, options);
    throw new DomainError('STEP_FAILED', `what arrived on the server is not what was sent ${proof.stderr.trim()}`, {
      retryable: true,
    });
  },
});

const telling = ({ output }: StepContext, size: number) => {
  let next = 0;
  return (bytes: number): void => {
    const now = performance.now();
    if (now < next) return;
    next = now + 1000;
    output(`${bytes} of ${size} bytes\n`);
  };
};
