import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sh, type Command } from '../../src/shell/command.js';
import { alive } from '../support/control-plane.js';
import { openLab, type Lab, type LabServer } from '../support/local-servers.js';
import { until } from '../support/until.js';

let lab: Lab;
let server: LabServer;

beforeAll(async () => {
  lab = await openLab();
  server = await lab.add();
});

afterAll(() => lab.close());

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) {
    await Promise.resolve();
    yield Buffer.alloc(100_000);
  }
}

/** Begins a command that would run for long; its pid, and how to end it. */
async function begin(script: Command): Promise<{ pid: number; abort: () => void; end: Promise<unknown> }> {
  const controller = new AbortController();
  let end: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve) => {
    const options = {
      signal: controller.signal,
      onOutput: () => {
        resolve();
      },
    };
    end = server.remote.run(sh`echo $$ > pid; echo begun; ${script}`, options).catch((error: unknown) => error);
  });
  const pid = Number(await readFile(join(server.facts.home, 'pid'), 'utf8'));
  return {
    pid,
    end,
    abort: () => {
      controller.abort(new Error('enough'));
    },
  };
}

describe('a command on a local server', () => {
  it.each([
    ['that reads no stdin', sh`exec sleep 600`],
    ['that waits for a child', sh`sleep 600; true`],
    ['that prints without end', sh`while true; do echo more; done`],
  ])('%s is ended when its client gives it up', async (_name, script) => {
    const { pid, abort, end } = await begin(script);
    expect(alive(pid)).toBe(true);
    abort();
    expect(await end).toMatchObject({ message: 'enough' });
    await until('the command ends', () => !alive(pid));
  });

  it('leaves nothing open where what it printed was taken no more', async () => {
    const pipes = () => process.getActiveResourcesInfo().filter((name) => name === 'PipeWrap').length;
    const before = pipes();
    const enough = new Error('enough');
    const transfer = server.remote.transfer(sh`cat`, {
      signal: new AbortController().signal,
      input: endless(),
      // Slower than it comes: what waits fills all that lies between.
      output: async () => {
        await delay(500);
        expect(pipes()).toBeGreaterThan(before);
        throw enough;
      },
    });
    await expect(transfer).rejects.toBe(enough);
    await until('its pipes are closed', () => pipes() <= before);
  });

  it('leaves the connection of use to others', async () => {
    expect(await server.remote.run(sh`echo still here`)).toMatchObject({ code: 0, stdout: 'still here\n' });
  });
});
