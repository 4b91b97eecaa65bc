// A cloud in one process, for benches: an API over HTTP that takes as long as one, and servers that answer SSH as healthy
// ones do, where every step of a plan holds already. They share one address, one port and one host key.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2 from 'ssh2';

const [hostKey = '', publicKey = ''] = process.argv.slice(2);

/** Milliseconds, each by half more or less: to accept a server, to boot it, to destroy it, to run a command. */
const takes = { accept: 40, boot: 500, destroy: 200, command: 10 };
const about = (ms) => ms * (0.5 + Math.random());

const facts = `init=local
os=debian
osVersion=13
osName=Debian
packageManager=none
cpus=2
memoryMb=2048
diskGb=20
home=/home/dtrove
runDir=/run
`;
const status = `${JSON.stringify({ version: '17.5', replica: false, streaming: false, lag: null })}\n`;

const ssh = new ssh2.Server({ hostKeys: [Buffer.from(hostKey, 'base64').toString()] }, (connection) => {
  connection.on('error', () => undefined);
  connection.on('authentication', (auth) => auth.accept());
  connection.on('session', (accept) => {
    accept().on('exec', (acceptExec, _reject, { command }) => {
      const channel = acceptExec();
      channel.resume();
      void delay(about(takes.command)).then(() => {
        channel.write(command.includes('init=$init') ? facts : status);
        channel.exit(0);
        channel.end();
      });
    });
  });
});
const sshd = createTcp({ noDelay: true }, (socket) => ssh.injectSocket(socket));
sshd.listen(0, '127.0.0.1');
await once(sshd, 'listening');

/** By key. */
const servers = new Map();
let made = 0;

const shown = ({ activeAt, ...server }) => ({
  ...server,
  ...{ state: Date.now() >= activeAt ? 'ACTIVE' : 'BUILD', progress: Date.now() >= activeAt ? 100 : 50, message: '' },
  ...{ addr: '127.0.0.1', sshPort: sshd.address().port, port: null, hostKey: publicKey },
});

async function create({ key, clusterId, owner }) {
  await delay(about(takes.accept));
  if (!servers.has(key)) {
    made += 1;
    servers.set(key, { id: key, key, clusterId, owner, activeAt: Date.now() + about(takes.boot) });
  }
  return shown(servers.get(key));
}

async function destroy(id) {
  await delay(about(takes.destroy));
  servers.delete(id);
  return null;
}

const get = (id) => (servers.has(id) ? shown(servers.get(id)) : null);

async function answer({ method, url }, body) {
  const [, , id = ''] = url.split('/');
  if (method === 'POST') return create(JSON.parse(body));
  if (method === 'DELETE') return destroy(id);
  return id === 'count' ? { made, there: servers.size } : id === '' ? [...servers.values()].map(shown) : get(id);
}

const api = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  response.setHeader('content-type', 'application/json').end(JSON.stringify(await answer(request, body)));
});
api.listen(0, '127.0.0.1');
await once(api, 'listening');
process.send?.({ url: `http://127.0.0.1:${api.address().port}` });
