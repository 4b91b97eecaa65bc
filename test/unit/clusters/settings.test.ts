import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseSettings, settingsToKeep } from '../../../src/clusters/settings.js';
import { loadManagers, type ManagerRegistry } from '../../../src/datastores/index.js';
import { DomainError } from '../../../src/errors.js';

let managers: ManagerRegistry;
beforeAll(async () => {
  managers = await loadManagers();
});

function refused(manager: string, settings: object): DomainError {
  try {
    settingsToKeep(managers.managerOf(manager), settings);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the settings of a cluster', () => {
  it.each([null, undefined, {}])('need not be given: %j', (given) => {
    expect(settingsToKeep(managers.managerOf('postgres'), given)).toEqual({});
    expect(parseSettings(managers.managerOf('postgres'), given)).toEqual({ parameters: {} });
  });

  it('are kept as they were given', () => {
    const given = { parameters: { work_mem: '8MB', jit: false }, repository: 'pgdg' };
    expect(settingsToKeep(managers.managerOf('postgres'), given)).toEqual(given);
  });

  it.each([
    ['postgres', { parameters: { port: 1 } }, 'settings.parameters.port', 'this parameter is set by DTrove itself'],
    ['postgres', { parameters: { 'Work Mem': 1 } }, 'settings.parameters.Work Mem', 'a parameter name is lower-case'],
    [
      'postgres',
      { parameters: { work_mem: null } },
      'settings.parameters.work_mem',
      'must be string or number or boolean',
    ],
    ['postgres', { parameters: { work_mem: 'a\nb' } }, 'settings.parameters.work_mem', 'cannot be shown'],
    ['postgres', { parameters: 'work_mem=8MB' }, 'settings.parameters', 'must be object'],
    ['postgres', { repository: 'mine' }, 'settings.repository', 'expected "pgdg"'],
    [
      'postgres',
      { wrok_mem: 1 },
      'settings.wrok_mem',
      'there is no such setting; postgres takes: parameters, repository',
    ],
    ['redis', { parameters: { requirepass: 'x' } }, 'settings.parameters.requirepass', 'set by DTrove itself'],
    ['redis', { parameters: { save: [['deep']] } }, 'settings.parameters.save', 'must be string or number or boolean'],
  ])('of %s are refused where they are wrong: %j', (manager, given, field, words) => {
    expect(refused(manager, given)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
      message: expect.stringContaining(words) as unknown,
    });
  });
});
