import type { Machines } from './containers.js';

/** Who logs in where: as the administrator of a cluster, whose authority lies on the client's machine. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** An engine as its own users reach it: its own client, over TLS, the cluster's authority verified. */
export interface ClientOf {
  /** Debian's package of the client. */
  readonly package: string;
  /** A shell command that runs `$1`, the words of the client's language, and fails where the server refuses them. */
  readonly run: (login: Login) => string;
  readonly setUp: string;
  /** Words that write the number `$i`. */
  readonly write: string;
  /** Words that remove all numbers. */
  readonly empty: string;
  /** Words that list all numbers there are, one a line. */
  readonly read: string;
  /** What a replica says to who writes on it. */
  readonly readOnly: RegExp;
}

const ca = '/root/ca.crt';

const psql: ClientOf = {
  package: 'postgresql-client-17',
  run: ({ host, port, username, password }) =>
    `PGPASSWORD='${password}' PGCONNECT_TIMEOUT=10 psql -XAtq -v ON_ERROR_STOP=1 "host=${host} port=${port} user=${username} dbname=postgres sslmode=verify-full sslrootcert=${ca}" -c "$1"`,
  setUp: 'CREATE TABLE number (n int PRIMARY KEY)',
  write: 'INSERT INTO number VALUES ($i)',
  empty: 'DELETE FROM number',
  read: 'SELECT n FROM number',
  readOnly: /read-only transaction/,
};

/** redis-cli and valkey-cli take their words apart themselves; `-e` makes an error an exit code. */
const resp = (cli: string, from: string): ClientOf => ({
  package: from,
  run: ({ host, port, username, password }) =>
    `REDISCLI_AUTH='${password}' ${cli} -e -t 10 -h ${host} -p ${port} --user ${username} --tls --cacert ${ca} $1`,
  setUp: 'DEL number',
  write: 'SADD number $i',
  empty: 'DEL number',
  read: 'SMEMBERS number',
  readOnly: /READONLY/,
});

const mariadb: ClientOf = {
  package: 'mariadb-client',
  run: ({ host, port, username, password }) =>
    `MYSQL_PWD='${password}' mariadb -NB --connect-timeout=10 -h ${host} -P ${port} -u ${username} --ssl-ca=${ca} --ssl-verify-server-cert -e "$1"`,
  setUp: 'CREATE DATABASE proof; CREATE TABLE proof.number (n int PRIMARY KEY) ENGINE=InnoDB',
  write: 'INSERT INTO proof.number VALUES ($i)',
  empty: 'DELETE FROM proof.number',
  read: 'SELECT n FROM proof.number',
  readOnly: /read.only/,
};

/** By the manager's id. */
export const clients = {
  postgres: psql,
  redis: resp('redis-cli', 'redis-tools'),
  valkey: resp('valkey-cli', 'valkey-tools'),
  mariadb,
  mysql: mariadb,
} as const satisfies Readonly<Record<string, ClientOf>>;

/** A machine of its own from which clients reach clusters: outside of them, as an application is. */
export interface Outside {
  /** Trusts a cluster's authority from now on. */
  trust(authority: string): Promise<void>;
  /** What the client prints; throws with what it says where the server refuses. */
  ask(client: ClientOf, login: Login, words: string): Promise<string>;
  /** Writes numbers, one after the other, until it is stopped. */
  startWriting(client: ClientOf, login: Login): Promise<Writer>;
}

export interface Writer {
  /** How many writes the server has acknowledged by now. */
  acknowledged(): Promise<number>;
  /** Stops it; the numbers that the server has acknowledged, and what it has refused in words, and the longest time between two of them. */
  stop(): Promise<{ readonly written: readonly number[]; readonly refused: string; readonly gapMs: number }>;
}

export const numbers = (text: string): number[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(Number)
    .sort((a, b) => a - b);

/** Runs a script as root on a machine with systemd and apt, with `$1` and so on; throws with what it says where it fails. */
export type Shell = (script: string, ...words: readonly string[]) => Promise<string>;

/** Makes it, a container of the lab, with the clients of these engines. */
export async function openOutside(machines: Machines, engines: readonly ClientOf[]): Promise<Outside> {
  const { name } = await machines.add();
  const sh: Shell = (script, ...words) => machines.lxc('exec', name, '--', 'sh', '-c', script, 'sh', ...words);
  return outsideOf(sh, engines);
}

/** The same on a machine that stands. */
export async function outsideOf(sh: Shell, engines: readonly ClientOf[]): Promise<Outside> {
  const packages = [...new Set(engines.map((engine) => engine.package))].join(' ');
  await sh(
    `apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ${packages}`,
  );
  let writers = 0;

  return {
    async trust(authority) {
      await sh(`printf %s "$1" >${ca}`, authority);
    },
    ask: (client, login, words) => sh(client.run(login), words),

    async startWriting(client, login) {
      writers += 1;
      const at = `/root/writer-${writers}`;
      // Only what was acknowledged is noted, and nothing is written twice: a lost answer is no promise.
      const loop = `write() { ${client.run(login)}; }
i=0; while [ ! -e ${at}.stop ]; do i=$((i + 1)); write "${client.write}" >/dev/null 2>>${at}.refused && echo $i >>${at}.written && date +%s%3N >>${at}.times; done
touch ${at}.over`;
      await sh('systemd-run --quiet --unit="$1" sh -c "$2"', `writer-${writers}`, loop.replaceAll('$', '$$$$'));
      const written = async () => numbers(await sh(`cat ${at}.written 2>/dev/null || :`));
      return {
        acknowledged: async () => (await written()).length,
        async stop() {
          await sh(
            `touch ${at}.stop; tries=0; until [ -e ${at}.over ] || [ $tries -ge 300 ]; do tries=$((tries + 1)); sleep 0.1; done; [ -e ${at}.over ]`,
          );
          const times = numbers(await sh(`cat ${at}.times`));
          const gapMs = Math.max(0, ...times.slice(1).map((time, i) => time - (times[i] ?? time)));
          return { written: await written(), refused: await sh(`cat ${at}.refused`), gapMs };
        },
      };
    },
  };
}
