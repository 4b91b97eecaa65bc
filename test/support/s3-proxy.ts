import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the way to a bucket does to who sends a part of an object: lets it through, or as a bucket that refuses, or that is cut off. */
export type Fault = 'none' | 'refuses' | 'cut';

/** A way to an S3 server on which something can go wrong, after so many parts have gone through. */
export interface S3Way {
  readonly endpoint: string;
  /** How many parts have gone through since the last `set`. */
  parts(): number;
  set(fault: Fault, afterParts?: number): void;
  close(): Promise<void>;
}

const denied = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>`;

/** Addresses stay signed: the server is told the name that it was asked by. */
export async function openWay(endpoint: string): Promise<S3Way> {
  const { hostname: host, port } = new URL(endpoint);
  let fault: Fault = 'none';
  let room = 0;
  let parts = 0;

  function pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const { method, url: path, headers } = incoming;
    const onward = request({ host, port, method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.on('error', () => onward.destroy());
    incoming.pipe(onward);
  }

  const server = createServer((incoming, answer) => {
    const isPart = incoming.method === 'PUT' && /[?&]partNumber=/.test(incoming.url ?? '');
    if (fault === 'cut' && parts >= room) {
      incoming.socket.destroy();
    } else if (fault === 'refuses' && parts >= room && isPart) {
      incoming.resume().on('end', () => {
        answer.writeHead(403, { 'content-type': 'application/xml' }).end(denied);
      });
    } else {
      if (isPart) parts += 1;
      pass(incoming, answer);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    parts: () => parts,
    set(next, afterParts = 0) {
      fault = next;
      room = afterParts;
      parts = 0;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
