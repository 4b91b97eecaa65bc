import { posix } from 'node:path';
import { remoteStep, secretsOf } from '../../clusters/steps/manager-steps.js';
import { countedOf, leftOutOf } from '../../datastores/dumping.js';
import type { Load } from '../../datastores/exporting.js';
import { DomainError } from '../../errors.js';
import type { WorkStep } from '../../operations/work.js';
import type { Step } from '../../plan/step.js';
import { sh } from '../../shell/command.js';
import type { ByteRemote } from '../../remote/remote.js';
import { readRows, rowDifferences } from '../manifest.js';
import type { ExportPlatform } from '../platform.js';
import type { SourceDump } from '../source.js';
import { remoteOf, type Ground } from '../survey.js';
import { readFile } from '../transfer.js';
import { clear, leavingNothing } from './give-up.js';
import { sendDump } from './send-dump.js';

const mostOfRows = 64 * 1024 * 1024;
const mostTold = 5;
const longestWords = 2048;

/**
 * One database of a file: sent, loaded under a name of its own, compared, and put in its place. Until the last of these
 * nothing that was there is touched; one that fails leaves nothing behind, so that each begins with what the earlier ones made.
 */
export function importDatabase(platform: ExportPlatform, ground: Ground, dump: SourceDump, load: Load): WorkStep[] {
  const { loaded, exporting, primary, instance } = ground;
  const { view } = loaded;
  const remote = (): Promise<ByteRemote> => remoteOf(platform, ground);
  // All of the operation's directory: what is half written has names of its own, and of earlier databases nothing is needed.
  const rest = [exporting.abandon(view, primary, load), sh`rm -rf ${posix.dirname(load.file)}`];
  const onServer = (step: Step): WorkStep => remoteStep(platform, instance, step, secretsOf(view));
  const making = [
    sendDump(remote, dump, load),
    onServer(exporting.load(view, primary, load)),
    compareRows(remote, dump, load),
    tellLeftOut(remote, load),
  ];
  const steps = making.map((step, index) => leavingNothing(step, making.slice(0, index), () => clear(remote, rest)));
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
