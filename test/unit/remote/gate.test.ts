import { describe, expect, it } from '@jest/globals';
import { Gate } from '../../../src/remote/gate.js';

const open = () => new AbortController();
const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  const pending = Symbol('pending');
  const turn = new Promise((resolve) => setImmediate(resolve, pending));
  return (await Promise.race([promise, turn])) !== pending;
};

describe('Gate', () => {
  it('lets its limit through, and the next as one leaves, in order', async () => {
    const gate = new Gate(2);
    const { signal } = open();
    const [first] = await Promise.all([gate.enter(signal), gate.enter(signal)]);
    const third = gate.enter(signal);
    const fourth = gate.enter(signal);
    expect(await settled(third)).toBe(false);
    first();
    const leaveThird = await third;
    expect(await settled(fourth)).toBe(false);
    leaveThird();
    await fourth;
  });

  it('gives a place back once, however often it is left', async () => {
    const gate = new Gate(1);
    const { signal } = open();
    const leave = await gate.enter(signal);
    leave();
    leave();
    await gate.enter(signal);
    expect(await settled(gate.enter(signal))).toBe(false);
  });

  it('forgets one that stopped waiting', async () => {
    const gate = new Gate(1);
    const patient = open();
    const impatient = open();
    const leave = await gate.enter(patient.signal);
    const aborted = gate.enter(impatient.signal);
    const next = gate.enter(patient.signal);
    impatient.abort(new Error('no more'));
    await expect(aborted).rejects.toThrow('no more');
    leave();
    await next;
  });

  it('lets nobody in who was aborted before', async () => {
    const gate = new Gate(1);
    await expect(gate.enter(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    await gate.enter(open().signal);
  });
});
