import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { CommandOutcome, SshObserver } from './remote/observer.js';

/** What this process does over SSH. */
export class SshMetrics implements SshObserver {
  private readonly connections: Gauge;
  private readonly connects: Counter<'outcome'>;
  private readonly commands: Histogram<'outcome'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.connections = new Gauge({
      name: 'dtrove_ssh_connections',
      help: 'SSH connections that this process keeps now.',
      registers,
    });
    this.connects = new Counter({
      name: 'dtrove_ssh_connects_total',
      help: 'SSH connections that this process has made (connected), or could not make (failed).',
      labelNames: ['outcome'],
      registers,
    });
    // From zero on, so that a rate sees the first one too.
    for (const outcome of ['connected', 'failed']) this.connects.inc({ outcome }, 0);
    this.commands = new Histogram({
      name: 'dtrove_ssh_command_seconds',
      help: 'How long a command over SSH took, the wait for a connection included; its count is the number of commands.',
      labelNames: ['outcome'],
      buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 20, 60],
      registers,
    });
  }

  connected(): void {
    this.connections.inc();
    this.connects.inc({ outcome: 'connected' });
  }

  disconnected(): void {
    this.connections.dec();
  }

  refused(): void {
    this.connects.inc({ outcome: 'failed' });
  }

  commandEnded(outcome: CommandOutcome, seconds: number): void {
    this.commands.observe({ outcome }, seconds);
  }
}
