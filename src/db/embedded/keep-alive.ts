import { messageOf } from '../../errors.js';

export interface Kept {
  readonly lives: () => Promise<boolean>;
  readonly revive: () => Promise<void>;
  readonly log: { error(fields: object, message: string): void };
}

const everyMs = 1000;

/** Looks every second whether a server lives, and starts it again when it died by itself. The end of it waits for a start. */
export function keepAlive({ lives, revive, log }: Kept): { stop(): Promise<void> } {
  let looking: Promise<void> = Promise.resolve();
  let busy = false;
  const look = async (): Promise<void> => {
    try {
      if (await lives()) return;
      log.error({}, 'the embedded PostgreSQL has died; it is started again');
      await revive();
    } catch (error) {
      log.error({ error: messageOf(error) }, 'the embedded PostgreSQL does not start again; it is tried on');
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    looking = look();
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
