import { describe } from '@jest/globals';
import { onPacking } from './packing-programs.js';
import { minio, startS3, type S3Server } from './s3.js';

const program = await minio();

/** `describe` where this computer has a server of buckets, and the programs that pack backups; what is missing was said. */
export const onS3 = program === null ? describe.skip : onPacking;

/** A server of buckets, in an {@link onS3}. */
export const startBuckets = (host?: string, place?: string): Promise<S3Server> => startS3(program ?? '', host, place);
