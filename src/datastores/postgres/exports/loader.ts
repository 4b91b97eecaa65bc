import { identifier } from '../quoting.js';

/**
 * Makes the user who loads a file, for printf with a password in hexadecimal digits. He may do nothing but what is done in
 * his own database: the administrator makes roles, and up to version 15 whoever does can run programs on the server.
 * Nothing of it reaches the server's log.
 */
export const loaderSql = (name: string): string =>
  `\
BEGIN;
SET LOCAL log_statement = 'none';
SET LOCAL log_min_error_statement = 'panic';
SET LOCAL log_min_duration_statement = -1;
CREATE ROLE ${identifier(name)} LOGIN PASSWORD '%s';
COMMIT;
`;

/** What he has made is the administrator's, the database too; then he goes. */
export const handOverSql = (name: string, admin: string): string => `\
REASSIGN OWNED BY ${identifier(name)} TO ${identifier(admin)};
DROP OWNED BY ${identifier(name)};
DROP ROLE ${identifier(name)};
`;
