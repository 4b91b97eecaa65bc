import { describe, expect, it } from '@jest/globals';
import { runPlan, type StepEvent } from '../../../src/plan/run-plan.js';
import type { Step } from '../../../src/plan/step.js';
import { sh } from '../../../src/shell/command.js';
import { scriptedRemote } from '../../support/scripted-remote.js';

const { signal } = new AbortController();

const step = (name: string): Step => ({ name, check: sh`check ${name}`, apply: [sh`apply ${name}`] });

const said = ({ node, step: name, outcome }: StepEvent) => `${node} ${name} ${outcome}`;

/** Servers that remember what was applied; `applying` may hold a step up or make it fail. */
function servers(applying: (step: string) => unknown = () => undefined) {
  const done = new Set<string>();
  return (node: string) =>
    scriptedRemote(async ({ text }) => {
      const [, name = ''] = /check (\S+)/.exec(text) ?? [];
      const [mark = ''] = /dtrove-[0-9a-f]{16}/.exec(text) ?? [];
      if (done.has(`${node} ${name}`)) return {};
      await applying(name);
      done.add(`${node} ${name}`);
      return { stdout: `\n${mark} 1\n` };
    });
}

describe('runPlan', () => {
  it('runs phases in order and their lanes side by side', async () => {
    const events: string[] = [];
    let arrived = 0;
    let bothAreHere = (): void => undefined;
    const meeting = new Promise<void>((resolve) => (bothAreHere = resolve));
    const remoteOf = servers((name) => {
      if (name !== 'meet') return undefined;
      arrived += 1;
      if (arrived === 2) bothAreHere();
      return meeting; // one lane after the other would never get here twice
    });
    const plan = [
      [
        { node: 'a', steps: [step('meet'), step('go')] },
        { node: 'b', steps: [step('meet')] },
      ],
      [{ node: 'a', steps: [step('end')] }],
    ];
    await runPlan(plan, remoteOf, { signal, onStep: (event) => events.push(said(event)) });
    expect(events.slice(-2)).toEqual(['a end started', 'a end applied']);
    expect(events).toHaveLength(8);
    events.length = 0;
    await runPlan(plan, remoteOf, { signal, onStep: (event) => events.push(said(event)) });
    expect(events.filter((event) => event.endsWith('already-done'))).toHaveLength(4);
  });

  it('lets the other lanes finish their step when one fails, and rejects with the first error', async () => {
    const events: string[] = [];
    const remoteOf = servers(async (name) => {
      if (name === 'bad') throw new Error('the first');
      if (name === 'slow') await new Promise((resolve) => setImmediate(resolve));
    });
    const plan = [
      [
        { node: 'a', steps: [step('bad'), step('never')] },
        { node: 'b', steps: [step('slow'), step('never')] },
      ],
      [{ node: 'a', steps: [step('never')] }],
    ];
    const run = runPlan(plan, remoteOf, { signal, onStep: (event) => events.push(said(event)) });
    await expect(run).rejects.toThrow('the first');
    expect(events).toContain('a bad failed');
    expect(events).toContain('b slow applied');
    expect(events.join()).not.toContain('never');
  });

  it('rejects where a server cannot be had, or it was aborted before', async () => {
    const plan = [[{ node: 'a', steps: [step('x')] }]];
    const none = () => Promise.reject(new Error('no such server'));
    await expect(runPlan(plan, none, { signal })).rejects.toThrow('no such server');
    const aborted = AbortSignal.abort(new Error('too late'));
    await expect(runPlan(plan, servers(), { signal: aborted })).rejects.toThrow('too late');
  });
});
