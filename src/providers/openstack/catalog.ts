import { DomainError } from '../../errors.js';
import type { Catalog } from './credentials.js';

/** The services that we use. */
export type Service = 'compute' | 'network' | 'image' | 'volume';

interface Kind {
  /** Its types in a catalogue, the present one first. */
  readonly types: readonly string[];
  /** What its URL ends with; the catalogue may leave it out. */
  readonly version: RegExp;
  readonly suffix: string;
}

const kinds: Readonly<Record<Service, Kind>> = {
  compute: { types: ['compute'], version: /\/v2\.1(\/|$)/, suffix: '/v2.1' },
  network: { types: ['network'], version: /\/v2\.0$/, suffix: '/v2.0' },
  image: { types: ['image'], version: /\/v2$/, suffix: '/v2' },
  volume: { types: ['block-storage', 'volumev3'], version: /\/v3(\/|$)/, suffix: '/v3' },
};

/** Which endpoints we take. */
export interface Preferences {
  /** Empty: the only one. */
  readonly region: string;
  readonly interface: 'public' | 'internal' | 'admin';
  /** URLs that are used whatever the catalogue says. */
  readonly overrides: Readonly<Partial<Record<Service, string>>>;
}

/** Whether there is such a service at all. */
export const hasService = (catalog: Catalog, service: Service, { overrides }: Preferences): boolean =>
  overrides[service] !== undefined || catalog.some(({ type }) => kinds[service].types.includes(type));

/** The base URL of a service, without a slash at its end. Throws PROVIDER_FAILED, naming what there is instead. */
export function endpointOf(catalog: Catalog, service: Service, preferences: Preferences): string {
  const { types, version, suffix } = kinds[service];
  const url = preferences.overrides[service] ?? chosen(catalog, types, service, preferences);
  const bare = url.replace(/\/+$/, '');
  return version.test(bare) ? bare : `${bare}${suffix}`;
}

function chosen(catalog: Catalog, types: readonly string[], service: Service, preferences: Preferences): string {
  const { region, interface: wanted } = preferences;
  const entry = types.map((type) => catalog.find((one) => one.type === type)).find((one) => one !== undefined);
  if (entry === undefined) {
    const offered = catalog.map(({ type }) => type).sort();
    throw new DomainError(
      service === 'volume' ? 'NOT_SUPPORTED' : 'PROVIDER_FAILED',
      `this OpenStack offers no ${service} service${service === 'volume' ? ', so it has no volumes' : ''}; it offers: ${offered.join(', ')}`,
    );
  }
  const open = entry.endpoints.filter((endpoint) => endpoint.interface === wanted);
  const regions = [...new Set(open.map((endpoint) => endpoint.region_id ?? endpoint.region ?? ''))];
  if (region === '' && regions.length > 1) {
    throw new DomainError(
      'PROVIDER_FAILED',
      `the ${service} service is in several regions; set OS_REGION_NAME to one of: ${regions.join(', ')}`,
    );
  }
  const endpoint = open.find((one) => region === '' || one.region_id === region || one.region === region);
  if (endpoint !== undefined) return endpoint.url;
  throw new DomainError(
    'PROVIDER_FAILED',
    `the ${service} service has no ${wanted} endpoint${region === '' ? '' : ` in the region ${region}`}; check OS_REGION_NAME (there is: ${regions.join(', ')}) and OS_INTERFACE`,
  );
}
