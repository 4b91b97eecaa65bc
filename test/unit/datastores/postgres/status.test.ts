import { describe, expect, test } from '@jest/globals';
import { parseStatus } from '../../../../src/datastores/postgres/status.js';

const says = (answer: object) => parseStatus({ code: 0, stdout: `${JSON.stringify(answer)}\n`, stderr: '' });

describe('status of PostgreSQL', () => {
  test('a primary', () => {
    expect(says({ version: '17.10', replica: false, streaming: false, lag: null })).toEqual({
      up: true,
      version: '17.10',
      role: 'PRIMARY',
      lagBytes: null,
      message: '',
    });
  });

  test('a replica that follows, and one that does not', () => {
    const replica = { version: '17.10', replica: true, streaming: true, lag: 4096 };
    expect(says(replica)).toMatchObject({ role: 'REPLICA', lagBytes: 4096, message: '' });
    expect(says({ ...replica, streaming: false, lag: null })).toMatchObject({
      up: true,
      lagBytes: null,
      message: 'the replica does not stream from its primary',
    });
  });

  test('one that is down says the last line of its log, else what psql said', () => {
    const refused = 'psql: error: connection to server on socket failed\n\tIs the server running?\n';
    expect(parseStatus({ code: 2, stdout: 'LOG:  database system is shut down\n', stderr: refused })).toEqual({
      up: false,
      version: null,
      role: 'UNKNOWN',
      lagBytes: null,
      message: 'LOG:  database system is shut down',
    });
    expect(parseStatus({ code: 2, stdout: '', stderr: refused }).message).toBe('Is the server running?');
    expect(parseStatus({ code: 127, stdout: '', stderr: '' }).message).toBe('PostgreSQL does not answer');
  });

  test('an answer that makes no sense is not up', () => {
    expect(parseStatus({ code: 0, stdout: 'hello', stderr: '' })).toMatchObject({
      up: false,
      message: 'an answer that cannot be read: hello',
    });
    expect(says({ version: 17 })).toMatchObject({ up: false });
  });
});
