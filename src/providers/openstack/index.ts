import { defineProvider } from '../provider.js';
import { OpenStackProvider } from './provider.js';
import { openstackSettings } from './settings.js';

/** OpenStack: Keystone, Nova, Neutron, Glance and, where it has it, Cinder. */
export const openstack = defineProvider({
  id: 'openstack',
  build: async ({ env }) => new OpenStackProvider(await openstackSettings(env)),
});
