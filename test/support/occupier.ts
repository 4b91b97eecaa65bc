import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A program of somebody else that has taken a port. */
export class Occupier {
  private constructor(private readonly server: Server) {}

  static async take(port: number): Promise<Occupier> {
    const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Occupier(server);
  }

  async release(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }
}
