import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Cluster } from '../schema/cluster.js';
import { ExportClusterInput, ImportExportInput } from '../schema/export-inputs.js';
import { ExportClusterPayload } from '../schema/export-payloads.js';
import { Export, ExportedDatabase } from '../schema/export.js';
import { Operation } from '../schema/operation.js';
import { ClusterOperationPayload } from '../schema/payloads.js';
import type { Context } from '../src/context.js';

@Resolver(() => Export)
export class ExportResolver {
  @Authorized()
  @Query(() => [Export], { description: 'The newest exports, at most 100; newest first.' })
  exports(
    @Ctx() { exports }: Context,
    @Arg('clusterId', () => ID, {
      nullable: true,
      description: 'Of which cluster, also of a deleted one; all unless given.',
    })
    clusterId?: string | null,
  ): Promise<Export[]> {
    return exports.list(clusterId ?? null);
  }

  @Authorized()
  @Query(() => Export, { nullable: true, description: 'One export; null where there is none of that id.' })
  export(
    @Ctx() { exports }: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<Export | null> {
    return exports.find(id);
  }

  @Authorized()
  @Mutation(() => ExportClusterPayload, {
    description:
      'Writes the databases of an active cluster into one archive, as they are at one moment each, while they are written to.',
  })
  exportCluster(
    @Ctx() { exports }: Context,
    @Arg('input', () => ExportClusterInput, { description: 'Which cluster, and what of it.' })
    input: ExportClusterInput,
  ): Promise<ExportClusterPayload> {
    return exports.export(input);
  }

  @Authorized()
  @Mutation(() => ClusterOperationPayload, {
    description:
      'Brings the databases of an export or of an upload into an active cluster. Each comes as a whole or not at all; nothing is touched before all that can be checked is.',
  })
  importExport(
    @Ctx() { exports }: Context,
    @Arg('input', () => ImportExportInput, { description: 'What, and into which cluster.' }) input: ImportExportInput,
  ): Promise<ClusterOperationPayload> {
    return exports.import(input);
  }

  @Authorized()
  @Mutation(() => Export, { description: 'Removes an export with its file; returns it as it was.' })
  deleteExport(
    @Ctx() { exports }: Context,
    @Arg('id', () => ID, { description: 'Which export.' }) id: string,
  ): Promise<Export> {
    return exports.remove(id);
  }

  @FieldResolver(() => [ExportedDatabase], { description: 'What it holds; empty until it is READY.' })
  databases(@Root() made: Export, @Ctx() { exports }: Context): ExportedDatabase[] {
    return exports.databasesOf(made);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'A link that downloads it without a token, until `expiresAt`; ranges are served, so that a download can be gone on with. Null until it is READY.',
  })
  downloadUrl(@Root() made: Export, @Ctx() { exports, baseUrl, askedAt }: Context): string | null {
    return exports.downloadLink(made, baseUrl, askedAt)?.url ?? null;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'When that link expires, an hour from now; ask again for a new one. Null until it is READY.',
  })
  expiresAt(@Root() made: Export, @Ctx() { exports, baseUrl, askedAt }: Context): Date | null {
    return exports.downloadLink(made, baseUrl, askedAt)?.expiresAt ?? null;
  }

  @FieldResolver(() => Cluster, { nullable: true, description: 'The cluster that it was made of.' })
  cluster(@Root() { clusterId }: Export, @Ctx() { loaders }: Context): Promise<Cluster | null> {
    return loaders.cluster.load(clusterId);
  }

  @FieldResolver(() => Operation, { nullable: true, description: 'The work that made it.' })
  operation(@Root() { operationId }: Export, @Ctx() { clusters }: Context): Promise<Operation | null> {
    return clusters.operation(operationId);
  }
}
