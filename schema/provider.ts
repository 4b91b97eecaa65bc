import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A size of server that a provider offers.' })
export class Flavor {
  @Field(() => String, { description: 'What `CreateClusterInput.flavor` takes.' })
  name!: string;

  @Field(() => Int, { description: 'Number of processors.' })
  cpus!: number;

  @Field(() => Int, { description: 'Memory in MiB.' })
  memoryMb!: number;

  @Field(() => Int, { description: 'Disk in GiB.' })
  diskGb!: number;
}

@ObjectType('Provider', { description: 'Where servers can be made.' })
export class ProviderInfo {
  @Field(() => String, { description: 'What `CreateClusterInput.provider` takes.' })
  id!: string;

  @Field(() => Boolean, { description: 'Whether it is the one that is taken unless another is named.' })
  isDefault!: boolean;

  @Field(() => Boolean, { description: 'Whether its servers can have volumes.' })
  supportsVolumes!: boolean;

  @Field(() => Boolean, { description: 'Whether its servers can be kept as snapshots.' })
  supportsSnapshots!: boolean;

  @Field(() => String, { description: 'The flavor that is taken unless another is named.' })
  defaultFlavor!: string;
}
