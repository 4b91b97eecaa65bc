import { QueryFailedError, type EntityManager } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { Configuration } from '../../schema/configuration.js';
import type { ConfigurationParameter } from '../../schema/configuration-parameter.js';
import type { CreateConfigurationInput, UpdateConfigurationInput } from '../../schema/configuration-inputs.js';
import type { ConfigurationPlan } from '../../schema/configuration-plan.js';
import type { Datastore } from '../../schema/datastore.js';
import { ClusterStatus } from '../../schema/enums.js';
import type { ClusterOperationPayload } from '../../schema/payloads.js';
import type { Platform } from '../clusters/platform.js';
import { parseWish } from '../clusters/wishes.js';
import { DomainError } from '../errors.js';
import { isId, newId } from '../ids.js';
import type { Operations } from '../operations/operations.js';
import { attach, detach, type AttachWish } from './attach.js';
import { assertKnown, checkValues, knownOf, namedValues, nameIn, type Known, type Values } from './check-values.js';
import { configure } from './kind.js';
import { offeredParameters } from './offered.js';
import { planOf, type PlanWish } from './plan-of.js';
import { addVersion, findConfiguration, findOffer, findVersion } from './rows.js';
import { CreateWish, UpdateWish } from './wishes.js';

/** The use cases of configurations, as the resolvers call them. */
export class Configurations {
  constructor(
    private readonly platform: Platform,
    private readonly operations: Operations,
    /** Who asks, as versions keep it. */
    private readonly author: string | null = null,
  ) {}

  /** The same, asked by `author`. */
  by(operations: Operations, author: string | null): Configurations {
    return new Configurations(this.platform, operations, author);
  }

  async parameters(datastoreId: string): Promise<ConfigurationParameter[]> {
    return offeredParameters(this.known(await findOffer(this.platform.db.manager, datastoreId)));
  }

  list(): Promise<Configuration[]> {
    return this.platform.db.manager.find(Configuration, { order: { id: 'ASC' } });
  }

  async find(id: string): Promise<Configuration | null> {
    return isId(id) ? this.platform.db.manager.findOneBy(Configuration, { id }) : null;
  }

  create(input: CreateConfigurationInput): Promise<Configuration> {
    const { name, datastoreId, description, values } = parseWish(CreateWish, input);
    return this.write(name, async (tx) => {
      const datastore = await findOffer(tx, datastoreId);
      const known = this.known(datastore);
      const checked = checkValues(known, namedValues(known, values));
      const now = new Date();
      const made = { id: newId(), name, description, datastoreId: datastore.id, version: 0, values: {} };
      const configuration = Object.assign(new Configuration(), made, { createdAt: now, updatedAt: now });
      await addVersion(tx, configuration, { values: checked, author: this.author, reason: 'created' });
      return configuration;
    });
  }

  update(input: UpdateConfigurationInput): Promise<Configuration> {
    const { id, name, description, values } = parseWish(UpdateWish, input);
    return this.write(name ?? '', async (tx) => {
      const found = await findConfiguration(tx, id, 'id', 'pessimistic_write');
      const patch = { ...(name != null && { name }), ...(description != null && { description }) };
      if (Object.keys(patch).length > 0) await tx.update(Configuration, found.id, patch);
      Object.assign(found, patch);
      if (values == null) return found;
      const known = this.known(await findOffer(tx, found.datastoreId));
      return this.change(tx, found, { ...found.values, ...namedValues(known, values) }, 'updated');
    });
  }

  /** Gives parameters back to what they are by themselves: those that are named, else all. */
  reset(id: string, given: readonly string[] | null): Promise<Configuration> {
    return this.write('', async (tx) => {
      const found = await findConfiguration(tx, id, 'id', 'pessimistic_write');
      const known = this.known(await findOffer(tx, found.datastoreId));
      const names = given?.map(nameIn(known)) ?? null;
      const missing = names?.find((name) => !Object.hasOwn(found.values, name));
      if (missing !== undefined)
        throw new DomainError(
          'BAD_USER_INPUT',
          `names: the configuration ${found.name} does not set ${missing}; leave it out`,
          { field: 'names' },
        );
      const left = Object.entries(found.values).filter(([name]) => names !== null && !names.includes(name));
      return this.change(tx, found, Object.fromEntries(left), 'reset');
    });
  }

  rollBack(id: string, version: number): Promise<Configuration> {
    return this.write('', async (tx) => {
      const found = await findConfiguration(tx, id, 'id', 'pessimistic_write');
      const { values } = await findVersion(tx, found, version);
      return this.change(tx, found, { ...values }, `rolled back to version ${version}`);
    });
  }

  /** Returns it as it was. */
  delete(id: string): Promise<Configuration> {
    return this.platform.db.transaction(async (tx) => {
      const found = await findConfiguration(tx, id, 'id', 'pessimistic_write');
      await assertFree(tx, found);
      await tx.update(
        Cluster,
        { configurationId: found.id, status: ClusterStatus.DELETED },
        { configurationId: null, configurationVersion: null },
      );
      await tx.delete(Configuration, found.id);
      return found;
    });
  }

  plan(wish: PlanWish): Promise<ConfigurationPlan> {
    return planOf(this.platform, wish);
  }

  attach(wish: AttachWish): Promise<ClusterOperationPayload> {
    return attach(this.platform, this.operations, wish);
  }

  detach(clusterId: string): Promise<ClusterOperationPayload> {
    return detach(this.platform, this.operations, clusterId);
  }

  private known({ manager, version }: Datastore): Known {
    return knownOf(this.platform.managers.managerOf(manager), version, 'datastoreId');
  }

  private async change(
    tx: EntityManager,
    configuration: Configuration,
    wanted: Readonly<Record<string, unknown>>,
    reason: string,
  ): Promise<Configuration> {
    const known = this.known(await findOffer(tx, configuration.datastoreId));
    const taken = Object.keys(wanted).filter((name) => wanted[name] === null);
    assertKnown(
      known,
      taken.filter((name) => !Object.hasOwn(configuration.values, name)),
    );
    const set = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
    const values: Values = checkValues(known, set);
    await addVersion(tx, configuration, { values, author: this.author, reason });
    return configuration;
  }

  private write(name: string, work: (tx: EntityManager) => Promise<Configuration>): Promise<Configuration> {
    return this.platform.db.transaction(work).catch((error: unknown) => {
      const taken = error instanceof QueryFailedError ? (error.driverError as { constraint?: string }).constraint : '';
      if (taken !== 'configuration_name') throw error;
      throw new DomainError('CONFLICT', `there is a configuration "${name}" already; take another name`, {
        field: 'name',
      });
    });
  }
}

/** Throws CONFLICT where a cluster has it, or is about to. */
async function assertFree(tx: EntityManager, { id, name }: Configuration): Promise<void> {
  const users = await tx.query<{ name: string }[]>(
    `SELECT c.name FROM cluster c WHERE c.status <> 'DELETED' AND (c.configuration_id = $1 OR EXISTS (
       SELECT FROM operation o WHERE o.cluster_id = c.id AND o.kind = $2 AND o.status IN ('QUEUED', 'RUNNING', 'WAITING')
         AND o.input->>'configurationId' = $1::text)) ORDER BY c.id`,
    [id, configure],
  );
  if (users.length === 0) return;
  const names = users.slice(0, 5).map((user) => user.name);
  const more = users.length > names.length ? ` and ${users.length - names.length} more` : '';
  throw new DomainError(
    'CONFLICT',
    `the configuration ${name} is attached to ${names.join(', ')}${more}; detach it there first`,
    { field: 'id' },
  );
}
