import { createHash } from 'node:crypto';
import { sh, withStdin, type Command } from '../../../shell/command.js';
import { Secret } from '../../../shell/secret.js';
import { asOwner } from '../owner.js';

/** The digest, and no more than that: the SQL holds passwords. */
const digest = (sql: Secret): Secret => new Secret(`${createHash('sha256').update(sql.reveal()).digest('hex')}\n`);

/** Check: `sql` is what was last told to the data that `path` lies in, `and` holds. A change of a password is a change of the SQL. */
export const isTold = (path: string, sql: Secret, and: Command = sh`true`): Command =>
  withStdin(sh`cmp -s - ${path} && ${and}`, digest(sql));

export const tell = (path: string, sql: Secret): Command =>
  asOwner(withStdin(sh`cat >${`${path}.new`} && mv -f ${`${path}.new`} ${path}`, digest(sql)));
