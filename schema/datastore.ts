import { Field, ID, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, Unique } from 'typeorm';

@ObjectType({
  simpleResolvers: true,
  description: 'One offered engine version. Registering it is what makes it available.',
})
@Entity('datastore')
@Unique('datastore_offer', ['manager', 'version', 'image', 'packages'])
export class Datastore {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => String, { description: 'Id of the engine’s driver, such as `postgres`.' })
  @Column('text')
  manager!: string;

  @Field(() => String, { description: 'Version of the engine, such as `17`.' })
  @Column('text')
  version!: string;

  @Field(() => String, { description: 'Image that its servers boot from, in the words of the provider.' })
  @Column('text')
  image!: string;

  @Field(() => [String], { description: 'Packages that are installed beside the engine’s own.' })
  @Column('text', { array: true })
  packages!: string[];

  @Field(() => Date, { description: 'When it was registered.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Field(() => String, { description: '`manager.name - version`, such as `postgres - 17`.' })
  get name(): string {
    return `${this.manager} - ${this.version}`;
  }
}
