import { Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { byteCount } from './bytes.js';

export enum UploadStatus {
  RECEIVING = 'RECEIVING',
  READY = 'READY',
}

registerEnumType(UploadStatus, {
  name: 'UploadStatus',
  description: 'Whether an upload can be imported.',
  valuesConfig: {
    RECEIVING: { description: 'Bytes are missing: `HEAD` on `uploadUrl` tells from where it goes on.' },
    READY: { description: 'It is whole, and its SHA-256 is the one that was announced.' },
  },
});

@ObjectType({
  description: 'A file that is sent to DTrove to be imported: an export archive, or a dump from elsewhere.',
})
@Entity('upload')
@Index('upload_expires', ['expiresAt'])
export class Upload {
  @Field(() => ID, { description: 'UUID v7.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => String, { description: 'Name of the file, as it was announced.' })
  @Column('text')
  name!: string;

  @Field(() => Float, { description: 'Bytes that it shall have.' })
  @Column('bigint', { transformer: byteCount })
  size!: number;

  @Field(() => String, { description: 'SHA-256 that it shall have.' })
  @Column('text')
  sha256!: string;

  @Field(() => UploadStatus, { description: 'Whether it can be imported.' })
  @Column('text')
  status!: UploadStatus;

  @Field(() => Date, { description: 'When it was announced.' })
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Field(() => Date, { description: 'When it is removed, be it whole or not.' })
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
