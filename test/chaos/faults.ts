import type { Dice } from './dice.js';
import { processes, type World } from './world.js';

const afflictions = ['late', 'twice', 'refused', 'lost'] as const;
const calls = ['create', 'updateStatus', 'destroy'] as const;

/** Something that befalls the world: some wait for a moment, some lie in wait. */
export interface Fault {
  readonly kind: string;
  readonly what: string;
  /** Whether it is laid before anything is asked for. */
  readonly early?: boolean;
  /** Resolves when it is over. */
  readonly strike: (world: World) => Promise<void>;
}

const makers: readonly [(dice: Dice) => Fault, ...((dice: Dice) => Fault)[]] = [
  (dice) => {
    const name = dice.pick(processes);
    return { kind: 'kill -9', what: name, strike: (world) => world.kill(name) };
  },
  (dice) => {
    const name = dice.pick(['worker 1', 'worker 2'] as const);
    return { kind: 'SIGSTOP past the lease', what: name, strike: (world) => world.freeze(name) };
  },
  () => ({ kind: 'PostgreSQL restarted', what: '', strike: (world) => world.restartDatabase() }),
  () => ({ kind: 'PostgreSQL ends all connections', what: '', strike: (world) => world.endConnections() }),
  () => ({ kind: 'PostgreSQL refuses connections', what: '', strike: (world) => world.refuseConnections() }),
  () => ({ kind: 'job store emptied', what: '', strike: (world) => world.emptyJobs() }),
  () => ({ kind: 'ssh cut', what: '', strike: (world) => world.cutConnections() }),
  (dice) => {
    const [call, how] = [dice.pick(calls), dice.pick(afflictions)];
    return { kind: `provider ${how}`, what: call, early: true, strike: (world) => world.afflict(call, how) };
  },
];

export const anyFault = (dice: Dice): Fault => dice.pick(makers)(dice);
