import { DomainError } from '../../errors.js';
import { defineProvider } from '../provider.js';
import { HostsProvider } from './provider.js';

/** Servers that exist already, registered through the API or by a file; each has one instance at a time. */
export const hosts = defineProvider({
  id: 'hosts',
  build: ({ hosts: pool }) => {
    if (pool === undefined) throw new DomainError('BAD_USER_INPUT', 'the provider hosts needs a pool of hosts');
    return new HostsProvider(pool);
  },
});
