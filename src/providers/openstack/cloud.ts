import { Cinder, cinderVersion } from './cinder.js';
import { Glance } from './glance.js';
import { Ground } from './ground.js';
import { Http } from './http.js';
import { Keystone } from './keystone.js';
import { Neutron } from './neutron.js';
import { Nova, novaOfDetails, novaVersion } from './nova.js';
import { Api, Session } from './session.js';
import type { OpenStackSettings } from './settings.js';
import { Turns } from './turns.js';

/** One OpenStack, as one of our users sees it. */
export interface Cloud {
  readonly settings: OpenStackSettings;
  readonly nova: Nova;
  readonly neutron: Neutron;
  readonly cinder: Cinder;
  readonly glance: Glance;
  readonly ground: Ground;
  /** Whoever makes or removes something of a name, here, waits for the others who do. */
  readonly turns: Turns;
  close(): void;
}

export function openCloud(settings: OpenStackSettings): Cloud {
  const http = new Http(settings);
  const session = new Session(http, new Keystone(http, settings.authUrl, settings.credentials), settings.preferences);
  const nova = new Nova(new Api(session, 'compute', novaVersion), new Api(session, 'compute', novaOfDetails));
  const neutron = new Neutron(new Api(session, 'network'));
  const glance = new Glance(new Api(session, 'image'));
  const cinder = new Cinder(new Api(session, 'volume', cinderVersion));
  return {
    ...{ settings, nova, neutron, glance, cinder },
    ground: new Ground(nova, neutron, glance, settings),
    turns: new Turns(),
    close: () => {
      http.close();
    },
  };
}
