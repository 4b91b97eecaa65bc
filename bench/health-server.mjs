// So many SSH servers on 127.0.0.1, in one process of their own: they stand for servers whose PostgreSQL answers at once.
// No process is started for a command: what a server does to answer is not DTrove's.
import { once } from 'node:events';
import { createServer } from 'node:net';
import ssh2 from 'ssh2';

const answer = `${JSON.stringify({ version: '17.5', replica: false, streaming: false, lag: null })}\n`;
const [count = '0', hostKey = ''] = process.argv.slice(2);

const ssh = new ssh2.Server({ hostKeys: [Buffer.from(hostKey, 'base64').toString()] }, (connection) => {
  connection.on('error', () => undefined);
  connection.on('authentication', (auth) => auth.accept());
  connection.on('session', (accept) => {
    accept().on('exec', (acceptExec) => {
      const channel = acceptExec();
      channel.resume();
      channel.write(answer);
      channel.exit(0);
      channel.end();
    });
  });
});
const ports = [];
for (let i = 0; i < Number(count); i += 1) {
  const server = createServer({ noDelay: true }, (socket) => ssh.injectSocket(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ports.push(server.address().port);
}
process.send?.(ports);
