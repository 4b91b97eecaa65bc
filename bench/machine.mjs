import { cpus, loadavg, totalmem, type } from 'node:os';

/** What the figures were measured on. */
export const machine = () => ({
  cpus: cpus().length,
  model: cpus()[0]?.model ?? '',
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${process.arch}`,
  node: process.version,
  load: loadavg()[0],
});
