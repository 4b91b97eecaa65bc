import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ControlPlane } from '../support/control-plane.js';
import { Fleet } from '../support/fleet.js';

/** What docs/operating.md tells operators to watch, beside what an api and a worker expose before anything has happened. */

const Rules = z.array(z.strictObject({ alert: z.string(), expr: z.string(), for: z.string().optional() }));

let fleet: Fleet;
let exposed: { readonly api: string; readonly worker: string };
let manual: string;

const textOf = async ({ readyLine, url }: ControlPlane): Promise<string> => {
  const address = /metrics (http:\S+)$/.exec(readyLine)?.[1] ?? `${url}/metrics`;
  return (await fetch(address)).text();
};

const alerts = () => Rules.parse(parse(/```yaml\n(- alert:[^`]*)```/.exec(manual)?.[1] ?? ''));

/** A selector of PromQL, such as `dtrove_x_total{outcome="FAILED"}`, as the beginnings of the lines that it finds. */
function found(selector: string, text: string): string[] {
  const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(selector) ?? [];
  const wanted = labels.split(',').map((label) => label.trim());
  return text.split('\n').filter((line) => {
    const [, series, has = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    return series === name && wanted.every((label) => has.includes(label));
  });
}

beforeAll(async () => {
  manual = await readFile(join(import.meta.dirname, '../../docs/operating.md'), 'utf8');
  fleet = await Fleet.begin({ DTROVE_METRICS_PORT: '0' });
  const [api, worker] = await Promise.all([fleet.start('api'), fleet.start('worker')]);
  exposed = { api: await textOf(api), worker: await textOf(worker) };
}, 120_000);

afterAll(() => fleet.end());

describe('the manual', () => {
  it('has alerts of which each asks for what is there from the start: a series that comes with its first event has no rate', () => {
    const rules = alerts();
    expect(rules.length).toBeGreaterThan(5);
    for (const { alert, expr } of rules) {
      const selectors = expr.match(/\b(dtrove|process|nodejs)_\w+(\{[^}]*\})?/g) ?? [];
      expect([alert, selectors.length]).not.toEqual([alert, 0]);
      for (const selector of selectors) {
        const lines = [...found(selector, exposed.api), ...found(selector, exposed.worker)];
        expect([alert, selector, lines.length]).not.toEqual([alert, selector, 0]);
      }
    }
  });

  it('names every metric, and none that there is not, by the process that has it', () => {
    const rows = manual.split('\n').filter((line) => line.startsWith('| `dtrove_'));
    const named = rows.flatMap((row) => {
      const of = row.split('|').at(-2)?.trim() ?? '';
      const names = [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      return names.map((name) => ({ name, of }));
    });
    const typesOf = (text: string) => [...text.matchAll(/^# TYPE (dtrove_\w+) /gm)].map(([, name = '']) => name);
    const types = { api: typesOf(exposed.api), worker: typesOf(exposed.worker) };
    for (const { name, of } of named) {
      const has = (['api', 'worker'] as const).filter((role) => types[role].includes(name));
      const wanted = of === 'all' ? ['api', 'worker'] : [of];
      expect([name, wanted.filter((role) => !has.some((one) => one === role))]).toEqual([name, []]);
    }
    expect([...new Set([...types.api, ...types.worker])].sort()).toEqual(named.map(({ name }) => name).sort());
  });
});
