import { z } from 'zod';
import { DomainError } from '../errors.js';
import { apt } from '../shell/apt.js';
import { all, quote, sh, withStdin } from '../shell/command.js';
import { directory, file } from '../shell/file.js';
import { Secret } from '../shell/secret.js';
import { systemd } from '../shell/systemd.js';
import { defineManager } from './datastore.js';
import type { Templates } from './templates.js';

/** What a manager is made of: an external one is given it, and needs to import nothing of DTrove's. */
export interface ManagerKit {
  readonly templates: Templates;
  readonly defineManager: typeof defineManager;
  readonly sh: typeof sh;
  readonly all: typeof all;
  readonly withStdin: typeof withStdin;
  readonly quote: typeof quote;
  readonly file: typeof file;
  readonly directory: typeof directory;
  readonly apt: typeof apt;
  readonly systemd: typeof systemd;
  readonly Secret: typeof Secret;
  readonly DomainError: typeof DomainError;
  readonly z: typeof z;
}

export const kitWith = (templates: Templates): ManagerKit => ({
  templates,
  defineManager,
  sh,
  all,
  withStdin,
  quote,
  file,
  directory,
  apt,
  systemd,
  Secret,
  DomainError,
  z,
});
