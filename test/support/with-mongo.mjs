// Runs a command with TEST_JOBS_URL set: to MONGO_URL, else to a FerretDB of its own, which it ends with the command.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const [command, ...args] = process.argv.slice(2);
let url = process.env.MONGO_URL ?? '';
let server = null;
let directory = null;

async function answers(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** The path of FerretDB; ends with a line that says why where it cannot be built. */
function ferretdb() {
  const { status, stdout, stderr } = spawnSync(join(import.meta.dirname, 'ferretdb.sh'), { encoding: 'utf8' });
  if (status === 0) return stdout.trim();
  process.stderr.write(`no MongoDB to test with: ${stderr.trim()}; set MONGO_URL to any MongoDB\n`);
  process.exit(status ?? 1);
}

if (url === '') {
  const program = ferretdb();
  directory = mkdtempSync(join(tmpdir(), 'dtrove-ferretdb-'));
  const port = 20_000 + (process.pid % 10_000);
  const options = [`sqlite-url=file:${directory}/`, `state-dir=${directory}`, `listen-addr=127.0.0.1:${port}`];
  const quiet = ['handler=sqlite', 'debug-addr=-', 'telemetry=disable', 'log-level=ERROR'];
  server = spawn(
    program,
    [...quiet, ...options].map((option) => `--${option}`),
    { stdio: 'ignore' },
  );
  while (server.exitCode === null && !(await answers(port))) await delay(50);
  url = `mongodb://127.0.0.1:${port}/`;
}
const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, TEST_JOBS_URL: url } });
const [code] = await once(child, 'close');
server?.kill('SIGKILL');
if (directory !== null) rmSync(directory, { recursive: true, force: true });
process.exit(code ?? 1);
