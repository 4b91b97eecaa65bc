import { Arg, Authorized, Ctx, FieldResolver, Float, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { CreateUploadInput } from '../schema/export-inputs.js';
import { Upload } from '../schema/upload.js';
import type { Context } from '../src/context.js';

@Resolver(() => Upload)
export class UploadResolver {
  @Authorized()
  @Query(() => [Upload], { description: 'The newest uploads, at most 100; newest first.' })
  uploads(@Ctx() { exports }: Context): Promise<Upload[]> {
    return exports.uploads.list();
  }

  @Authorized()
  @Query(() => Upload, { nullable: true, description: 'One upload; null where there is none of that id.' })
  upload(
    @Ctx() { exports }: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<Upload | null> {
    return exports.uploads.find(id);
  }

  @Authorized()
  @Mutation(() => Upload, {
    description:
      'Announces a file that is going to be sent to `uploadUrl`, in as many pieces as wanted, and imported then.',
  })
  createUpload(
    @Ctx() { exports }: Context,
    @Arg('input', () => CreateUploadInput, { description: 'The file.' }) input: CreateUploadInput,
  ): Promise<Upload> {
    return exports.createUpload(input);
  }

  @Authorized()
  @Mutation(() => Upload, { description: 'Removes an upload with what has arrived of it; returns it as it was.' })
  deleteUpload(
    @Ctx() { exports }: Context,
    @Arg('id', () => ID, { description: 'Which upload.' }) id: string,
  ): Promise<Upload> {
    return exports.uploads.remove(id);
  }

  @FieldResolver(() => Float, { description: 'How many bytes have arrived.' })
  offset(@Root() upload: Upload, @Ctx() { exports }: Context): Promise<number> {
    return exports.uploads.offsetOf(upload);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where its bytes go without a token: `PUT` (with Content-Range from a place on), or `PATCH` with Upload-Offset as tus.io has it; `HEAD` tells how many there are. Null when all are there.',
  })
  uploadUrl(@Root() upload: Upload, @Ctx() { exports, baseUrl }: Context): string | null {
    return exports.uploadLink(upload, baseUrl)?.url ?? null;
  }
}
