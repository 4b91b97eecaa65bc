import { describe, expect, it } from '@jest/globals';
import { StepStatus } from '../../../schema/enums.js';
import { OperationStep } from '../../../schema/operation-step.js';
import { Operation } from '../../../schema/operation.js';
import { cancelledWords } from '../../../src/operations/cancelled.js';
import { deadlineOf } from '../../../src/operations/deadline.js';
import { place } from '../../../src/operations/planned.js';
import { lane } from '../../support/engine.js';

const step = (name: string, ordinal: number, status = StepStatus.DONE): OperationStep =>
  Object.assign(new OperationStep(), { name, ordinal, status });
const nothing = (): string => '';

describe('the words of a cancelled operation', () => {
  it('name what is done, in order, and count what was done several times', () => {
    const steps = [
      step('start', 30),
      step('make keys', 1),
      step('create', 11),
      step('create', 12),
      step('wait', 21, StepStatus.PENDING),
    ];
    expect(cancelledWords('wait', steps)).toBe(
      'cancelled before the step "wait". Done, and left as it is: make keys, create (2 times), start',
    );
  });

  it.each([
    ['nothing was begun', null, [], 'cancelled before it began'],
    [
      'nothing is done',
      'a',
      [step('a', 1, StepStatus.RUNNING)],
      'cancelled before the step "a". Done, and left as it is: nothing',
    ],
    ['no step runs', null, [step('a', 1)], 'cancelled. Done, and left as it is: a'],
  ])('where %s', (_where, next, steps, words) => {
    expect(cancelledWords(next, steps)).toBe(words);
  });
});

describe('a place in a plan', () => {
  const instances = [
    { id: '1', name: 'orders-1' },
    { id: '2', name: 'orders-2' },
  ];
  const stage = { name: 'servers', plan: () => Promise.resolve([]) };
  const phases = [
    [lane({ keys: nothing })],
    instances.map((instance) => lane({ create: nothing, wait: nothing }, instance)),
  ];

  it('is named the same each time that the plan is made, and by no other step', () => {
    const keys = place(0, stage, phases)
      .flat(2)
      .map(({ key }) => key);
    expect(keys).toEqual([
      'servers/0/-/keys',
      'servers/1/1/create',
      'servers/1/1/wait',
      'servers/1/2/create',
      'servers/1/2/wait',
    ]);
  });

  it('comes after all places of the stages before it', () => {
    const [first, second] = [place(0, stage, phases), place(1, stage, phases)].map((placed) =>
      placed.flat(2).map(({ ordinal }) => ordinal),
    );
    expect(Math.min(...(second ?? []))).toBeGreaterThan(Math.max(...(first ?? [])));
    expect(first).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('a deadline', () => {
  const operationUntil = (deadlineAt: Date | null): Operation => Object.assign(new Operation(), { deadlineAt });

  it('that is past has passed at once', () => {
    const { signal } = deadlineOf(operationUntil(new Date(Date.now() - 1)));
    expect(signal.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it.each([
    ['to come', new Date(Date.now() + 60_000)],
    ['that there is not', null],
  ])('%s has not', (_what, at) => {
    const { signal, clear } = deadlineOf(operationUntil(at));
    expect(signal.aborted).toBe(false);
    clear();
  });
});
