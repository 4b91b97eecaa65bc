import { remoteStep, secretsOf } from '../../clusters/steps/manager-steps.js';
import { countedOf, leftOutOf } from '../../datastores/dumping.js';
import type { Load } from '../../datastores/exporting.js';
import { DomainError } from '../../errors.js';
import type { StepContext, WorkStep } from '../../operations/work.js';
import type { Step } from '../../plan/step.js';
import { sh, type Command } from '../../shell/command.js';
import type { ByteRemote } from '../../remote/remote.js';
import { readRows, rowDifferences } from '../manifest.js';
import type { ExportPlatform } from '../platform.js';
import type { SourceDump } from '../source.js';
import { remoteOf, type Ground } from '../survey.js';
import { readFile } from '../transfer.js';
import { sendDump } from './send-dump.js';

const mostOfRows = 64 * 1024 * 1024;
const mostTold = 5;
const longestWords = 2048;

/** What is to be tried again, or goes on under another worker, is left as it is. */
const givesUp = (error: unknown, { signal }: StepContext): boolean =>
  signal.aborted ? signal.reason instanceof DomainError : !(error instanceof DomainError && error.retryable);

/** What a load has left behind goes, as far as the server can be reached: the databases that were there are as they were. */
async function clear(remote: () => Promise<ByteRemote>, commands: readonly Command[]): Promise<void> {
  try {
    const server = await remote();
    for (const command of commands) await server.run(command, { timeoutMs: 30_000 });
  } catch {
    // The reason to give up is what has to be told.
  }
}

/**
 * One database of a file: sent, loaded under a name of its own, compared, and put in its place. Until the last of these
 * nothing that was there is touched; one that fails leaves nothing behind, so that each begins with what the earlier ones made.
 */
export function importDatabase(platform: ExportPlatform, ground: Ground, dump: SourceDump, load: Load): WorkStep[] {
  const { loaded, exporting, primary, instance } = ground;
  const { view } = loaded;
  const remote = (): Promise<ByteRemote> => remoteOf(platform, ground);
  const rest = [
    exporting.abandon(view, primary, load),
    sh`rm -rf ${load.file} ${[`${load.file}.sent`, countedOf(load.file), leftOutOf(load.file)]}`,
  ];
  const onServer = (step: Step): WorkStep => remoteStep(platform, instance, step, secretsOf(view));
  const making = [
    sendDump(remote, dump, load),
    onServer(exporting.load(view, primary, load)),
    compareRows(remote, dump, load),
    tellLeftOut(remote, load),
  ];
  const steps = making.map((step, index): WorkStep => ({
    name: step.name,
    run: async (context) => {
      try {
        for (const earlier of making.slice(0, index)) await earlier.run(context);
        return await step.run(context);
      } catch (error) {
        if (givesUp(error, context)) await clear(remote, rest);
        throw error;
      }
    },
  }));
  return [...steps, onServer(exporting.place(view, primary, load))];
}

/** What the new database has, beside what the file says. */
const compareRows = (
  remote: () => Promise<ByteRemote>,
  { tables }: SourceDump,
  { database, file }: Load,
): WorkStep => ({
  name: `compare the rows of ${database}`,
  run: async ({ signal, assertHeld }) => {
    const found = readRows(await readFile(await remote(), countedOf(file), mostOfRows, { signal, before: assertHeld }));
    const rows = found.reduce((sum, table) => sum + table.rows, 0);
    if (tables === null) return `${rows} rows in ${found.length} tables; the file does not say how many there were`;
    const differences = rowDifferences(tables, found);
    if (differences.length === 0) return `${rows} rows in ${found.length} tables, as in the export`;
    const more = differences.length > mostTold ? `, and ${differences.length - mostTold} more` : '';
    throw new DomainError(
      'STEP_FAILED',
      `what was loaded is not what was exported: ${differences.slice(0, mostTold).join('; ')}${more}. The cluster is as it was`,
    );
  },
});

/** Begins the names of the steps that tell what of a dump did not come along. */
export const leftOutName = 'see what was left out of';

/** What such a step says where all has come. */
export const nothingLeftOut = 'nothing';

/** What the engine has of the dump and its server does not, such as rights of somebody who is not there. */
const tellLeftOut = (remote: () => Promise<ByteRemote>, { database, file }: Load): WorkStep => ({
  name: `${leftOutName} ${database}`,
  run: async ({ signal, assertHeld }) => {
    const { stdout } = await (
      await remote()
    ).run(sh`if [ -e ${leftOutOf(file)} ]; then head -c ${longestWords} ${leftOutOf(file)}; fi`, {
      signal,
      before: assertHeld,
    });
    const lines = stdout.split('\n').filter((line) => line.trim() !== '');
    return lines.length === 0 ? nothingLeftOut : lines.join('; ');
  },
});
