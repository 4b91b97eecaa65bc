import { connect, type ConnectionOptions } from 'node:tls';

/** What a server answers: RESP2's texts, numbers and lists; a refusal rejects. */
export type Reply = string | number | null | readonly Reply[];

export interface RespClient {
  command(...words: readonly string[]): Promise<Reply>;
  close(): void;
}

/** Reads one reply at `at`; null where it is not there as a whole yet. */
function read(data: Buffer, at: number): { readonly reply: Reply | Error; readonly end: number } | null {
  const eol = data.indexOf('\r\n', at);
  if (eol < 0) return null;
  const head = data.toString('utf8', at + 1, eol);
  const after = eol + 2;
  switch (String.fromCharCode(data[at] ?? 0)) {
    case '+':
      return { reply: head, end: after };
    case '-':
      return { reply: new Error(head), end: after };
    case ':':
      return { reply: Number(head), end: after };
    case '$': {
      const length = Number(head);
      if (length < 0) return { reply: null, end: after };
      const end = after + length + 2;
      return data.length < end ? null : { reply: data.toString('utf8', after, end - 2), end };
    }
    case '*': {
      const items: Reply[] = [];
      let end = after;
      while (items.length < Number(head)) {
        const item = read(data, end);
        if (item === null) return null;
        items.push(item.reply instanceof Error ? item.reply.message : item.reply);
        end = item.end;
      }
      return { reply: items, end };
    }
    default:
      return { reply: new Error(`no RESP: ${head}`), end: data.length };
  }
}

/** A connection over TLS to a server of the Redis family. A connection that is lost rejects what waits for an answer. */
export async function respClient(options: ConnectionOptions): Promise<RespClient> {
  const waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  let data = Buffer.alloc(0);
  let lost: Error | null = null;
  const socket = connect(options);
  const lose = (error: Error) => {
    lost ??= error;
    for (const { reject } of waiting.splice(0)) reject(lost);
  };
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve).once('error', reject);
  });
  socket.on('error', lose).on('close', () => {
    lose(new Error('the server closed the connection'));
  });
  socket.on('data', (chunk) => {
    data = Buffer.concat([data, chunk]);
    for (let found = read(data, 0); found !== null; found = read(data, 0)) {
      data = data.subarray(found.end);
      const next = waiting.shift();
      if (found.reply instanceof Error) next?.reject(found.reply);
      else next?.resolve(found.reply);
    }
  });
  return {
    command: (...words) =>
      new Promise((resolve, reject) => {
        if (lost !== null) {
          reject(lost);
          return;
        }
        waiting.push({ resolve, reject });
        socket.write(
          `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`,
        );
      }),
    close: () => socket.destroy(),
  };
}
