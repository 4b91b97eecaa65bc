import { connect } from 'node:net';

const patienceMs = 5_000;

/** The first line that a port of this machine greets with; null when nobody answers. */
export const greetingAt = (port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (answer: string | null) => {
      socket.destroy();
      resolve(answer);
    };
    let heard = '';
    socket.setTimeout(patienceMs, () => {
      end(null);
    });
    socket.on('error', () => {
      end(null);
    });
    socket.on('close', () => {
      end(null);
    });
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (heard.includes('\n')) end(heard.trim());
    });
  });
