import { Flavor, ProviderInfo } from '../../schema/provider.js';
import { DomainError } from '../errors.js';
import { findDatastore } from './datastores.js';
import { providerOf, type Platform } from './platform.js';

/** The providers in the order of the configuration. */
export const listProviders = ({ providers, defaultProvider }: Platform): Promise<ProviderInfo[]> =>
  Promise.resolve(
    [...providers.values()].map(({ id, supportsVolumes, supportsSnapshots, defaultFlavor }) =>
      Object.assign(new ProviderInfo(), {
        id,
        isDefault: id === defaultProvider,
        supportsVolumes,
        supportsSnapshots,
        defaultFlavor,
      }),
    ),
  );

/** The flavors of a provider; none where it can never run the datastore. Throws where there is no such provider or datastore. */
export async function listFlavors(
  platform: Platform,
  id: string | null,
  datastoreId: string | null,
): Promise<Flavor[]> {
  const provider = providerOf(platform, id ?? platform.defaultProvider);
  const datastore = datastoreId === null ? null : await findDatastore(platform.db, datastoreId);
  if (datastore === null && datastoreId !== null) {
    throw new DomainError('NOT_FOUND', `there is no datastore ${datastoreId}`, { field: 'datastoreId' });
  }
  if (datastore !== null && (await provider.refuses(datastore)) !== null) return [];
  return (await provider.flavors()).map((flavor) => Object.assign(new Flavor(), flavor));
}
