import { parseConfig } from '../config.js';
import { stopSignal } from '../stop-signal.js';
import { demonstrate } from './demo.js';
import { DemoFailure, Interrupted } from './failure.js';
import { parseOptions, USAGE, UsageError, type DemoOptions } from './options.js';
import { placeOf } from './place.js';
import { Teller } from './teller.js';

const FAILED = 1;
const MISUSED = 2;
const INTERRUPTED = 130;

process.exit(await main());

async function main(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2));
    if (options.help) process.stdout.write(USAGE);
    else await run({ ...options, exit: options.exit || !process.stdout.isTTY });
    return 0;
  } catch (error) {
    return report(error);
  }
}

async function run(options: DemoOptions): Promise<void> {
  const interruption = new AbortController();
  void stopSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], leave).then(() => {
    interruption.abort(new Interrupted());
  });
  const place = await placeOf(parseConfig(process.env));
  await demonstrate(options, place, new Teller(process.stdout, process.env), interruption.signal);
}

/** With the cursor and the wrapping of lines as they were, which the bars may have switched off. */
function leave(): never {
  if (process.stdout.isTTY) process.stdout.write('\u001b[?25h\u001b[?7h\n');
  process.exit(INTERRUPTED);
}

function report(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message} (npm run demo -- --help tells more)\n`);
    return MISUSED;
  }
  if (error instanceof Interrupted) {
    process.stderr.write('Interrupted.\n');
    return INTERRUPTED;
  }
  const details = error instanceof DemoFailure ? error.details : [];
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write([`The demonstration failed: ${message}`, ...details].join('\n  ') + '\n');
  return FAILED;
}
