import { describe, expect, test } from '@jest/globals';
import { mariadbFlavour } from '../../../../src/datastores/mysql/mariadb.js';
import { mysqlFlavour } from '../../../../src/datastores/mysql/mysql.js';
import { parseStatus } from '../../../../src/datastores/mysql/status.js';

const row = (fields: object) =>
  `*************************** 1. row ***************************\n${Object.entries(fields)
    .map(([name, value]) => `${name.padStart(30)}: ${String(value)}\n`)
    .join('')}`;
const says = (...rows: object[]) => parseStatus(mysqlFlavour, { code: 0, stdout: rows.map(row).join(''), stderr: '' });

const server = { Version: '9.7.4-2', Read_Only: 0 };
const follower = {
  Source_Host: '10.0.0.1',
  Source_Log_File: 'binlog.000002',
  Read_Source_Log_Pos: 5000,
  Relay_Source_Log_File: 'binlog.000002',
  Replica_IO_Running: 'Yes',
  Replica_SQL_Running: 'Yes',
  Exec_Source_Log_Pos: 904,
  Last_IO_Error: '',
  Last_SQL_Error: '',
};

describe('status of MariaDB and MySQL', () => {
  test('a primary, as both of them print a setting that is off', () => {
    const primary = { up: true, version: '9.7.4', role: 'PRIMARY', lagBytes: null, message: '' };
    expect(says(server)).toEqual(primary);
    expect(says({ ...server, Read_Only: 'OFF' })).toEqual(primary);
  });

  test('a replica that follows, and how far it is behind', () => {
    const replica = { up: true, version: '9.7.4', role: 'REPLICA', lagBytes: 4096, message: '' };
    expect(says({ ...server, Read_Only: 1 }, follower)).toEqual(replica);
    expect(says(server, { ...follower, Source_Log_File: 'binlog.000003' }).lagBytes).toBeNull();
  });

  test('MariaDB has other names for the same', () => {
    const fields = Object.entries({ ...follower, Replica_IO_Running: 'Connecting', Last_IO_Error: 'error: no route' });
    const old = fields.map(([name, value]) => [name.replace('Replica', 'Slave').replace('Source', 'Master'), value]);
    const stdout =
      row({ Version: '11.8.6-MariaDB-0+deb13u1-log', Read_Only: 1 }) + row(Object.fromEntries(old) as object);
    expect(parseStatus(mariadbFlavour, { code: 0, stdout, stderr: '' })).toEqual({
      up: true,
      version: '11.8.6',
      role: 'REPLICA',
      lagBytes: null,
      message: 'error: no route',
    });
  });

  test('a replica that does not: its own words, those of the statement that failed before those of the link', () => {
    const broken = { ...follower, Replica_SQL_Running: 'No', Last_IO_Error: 'link', Last_SQL_Error: 'Duplicate entry' };
    expect(says(server, broken)).toMatchObject({ up: true, lagBytes: null, message: 'Duplicate entry' });
    expect(says(server, { ...broken, Last_SQL_Error: '' }).message).toBe('link');
    expect(says(server, { ...follower, Replica_IO_Running: 'Connecting' }).message).toBe(
      'the replica does not reach its primary',
    );
    expect(says({ ...server, Read_Only: 1 })).toMatchObject({
      role: 'REPLICA',
      message: 'the replica follows no primary',
    });
  });

  test('one that is down: the words of systemd or of the client', () => {
    const message = (code: number, stderr: string) => parseStatus(mysqlFlavour, { code, stdout: '', stderr }).message;
    expect(message(3, 'mysql.service is inactive (dead)\n')).toBe('mysql.service is inactive (dead)');
    expect(message(1, "ERROR 2002 (HY000): Can't connect\n")).toBe("ERROR 2002 (HY000): Can't connect");
    expect(message(127, '')).toBe('MySQL does not answer');
  });
});
