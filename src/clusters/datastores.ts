import { Raw, type DataSource } from 'typeorm';
import { Datastore } from '../../schema/datastore.js';
import type { RegisterDatastoreInput } from '../../schema/inputs.js';
import { DomainError } from '../errors.js';
import { isId, newId } from '../ids.js';
import type { Platform } from './platform.js';
import { parseWish, RegisterWish } from './wishes.js';

/** Offers an engine version. The same one again, with the same packages, is the one there is. */
export async function registerDatastore(
  { db, managers }: Pick<Platform, 'db' | 'managers'>,
  input: RegisterDatastoreInput,
): Promise<Datastore> {
  const { manager, version, image, packages } = parseWish(RegisterWish, input);
  const { versions } = managers.managerOf(manager);
  if (!versions.includes(version)) {
    throw new DomainError(
      'BAD_USER_INPUT',
      `version: the manager ${manager} runs ${versions.join(', ')}, not "${version}"`,
      { field: 'version' },
    );
  }
  const id = newId();
  await db
    .createQueryBuilder()
    .insert()
    .into(Datastore)
    .values({ id, manager, version, image, packages })
    .orIgnore()
    .execute();
  const same = { manager, version, image, packages: equalTo(packages) };
  return db.manager.findOneByOrFail(Datastore, same);
}

/** Finds an array that is the same, element by element. */
const equalTo = (texts: readonly string[]) => Raw((column) => `${column} = :texts::text[]`, { texts });

export const listDatastores = (db: DataSource): Promise<Datastore[]> =>
  db.manager.find(Datastore, { order: { id: 'ASC' } });

export const findDatastore = async (db: DataSource, id: string): Promise<Datastore | null> =>
  isId(id) ? db.manager.findOneBy(Datastore, { id }) : null;
