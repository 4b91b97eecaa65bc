import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Queue } from './operations/queue.js';
import type { SshObserver } from './remote/observer.js';
import { SshMetrics } from './ssh-metrics.js';
import { within } from './within.js';

/** How long a figure that is read when it is asked for may take, in milliseconds. */
const patience = 2000;

/** How an operation can end in one worker. */
const outcomes = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'HANDED_OVER'];

/** What this process counts, in the text format of Prometheus at /metrics. */
export class Metrics {
  readonly registry = new Registry();

  private readonly operations = new Counter({
    name: 'dtrove_operations_total',
    help: 'Operations that this worker ended or handed over.',
    labelNames: ['kind', 'outcome'],
    registers: [this.registry],
  });

  private readonly operationSeconds = new Histogram({
    name: 'dtrove_operation_seconds',
    help: 'How long this worker ran an operation.',
    labelNames: ['kind', 'outcome'],
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 300, 1800],
    registers: [this.registry],
  });

  private readonly stepSeconds = new Histogram({
    name: 'dtrove_step_seconds',
    help: 'How long one attempt of a step took.',
    labelNames: ['kind', 'step', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600],
    registers: [this.registry],
  });

  private readonly takeovers = new Counter({
    name: 'dtrove_lease_takeovers_total',
    help: 'Operations that this worker took over from one that had left them without giving them back.',
    registers: [this.registry],
  });

  private readonly busLag = new Histogram({
    name: 'dtrove_bus_lag_seconds',
    help: 'How long after the recording of an event this process read it for its subscribers.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers: [this.registry],
  });

  /** Told of SSH connections and commands. */
  readonly ssh: SshObserver = new SshMetrics(this.registry);

  private readonly rounds = new Histogram({
    name: 'dtrove_health_round_seconds',
    help: 'How long a round of looks at all servers took; its count is the number of rounds.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
    registers: [this.registry],
  });

  private readonly looked = new Gauge({
    name: 'dtrove_health_instances',
    help: 'Instances that the last round of this worker looked at.',
    registers: [this.registry],
  });

  private readonly troubled = new Gauge({
    name: 'dtrove_health_unhealthy',
    help: 'Instances that were in trouble in the last round of this worker.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A counter that is not there before it counts goes up from nothing: no rate sees its first step. */
  operationKinds(kinds: Iterable<string>): void {
    for (const kind of kinds) for (const outcome of outcomes) this.operations.inc({ kind, outcome }, 0);
  }

  operationEnded(kind: string, outcome: string, seconds: number): void {
    this.operations.inc({ kind, outcome });
    this.operationSeconds.observe({ kind, outcome }, seconds);
  }

  stepEnded(kind: string, step: string, outcome: string, seconds: number): void {
    this.stepSeconds.observe({ kind, step, outcome }, seconds);
  }

  operationTakenOver(): void {
    this.takeovers.inc();
  }

  eventRead(seconds: number): void {
    // The clock of a machine may be set back meanwhile.
    this.busLag.observe(Math.max(0, seconds));
  }

  /** The open operations that nobody works on, in all of the control plane. */
  queue(read: () => Promise<Queue>): void {
    this.gauge('dtrove_queue_depth', 'Open operations that no worker has, of the whole control plane.', async () => {
      const { depth } = await read();
      return depth;
    });
    this.gauge('dtrove_queue_oldest_seconds', 'How long ago the oldest of them was asked for; 0: none.', async () => {
      const { oldestSeconds } = await read();
      return oldestSeconds;
    });
  }

  healthRounded(seconds: number, instances: number, troubled: number): void {
    this.rounds.observe(seconds);
    this.looked.set(instances);
    this.troubled.set(troubled);
  }

  /** Another worker has the duty now: what this one saw last is nobody's state any more. */
  healthRelieved(): void {
    this.looked.set(0);
    this.troubled.set(0);
  }

  /** A figure that is read when it is asked for; one that cannot be read is left out, and hinders no other. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: async () => {
        const value = await within(patience, Promise.resolve(read())).catch(() => null);
        if (value === null) gauge.remove();
        else gauge.set(value);
      },
    });
  }
}
