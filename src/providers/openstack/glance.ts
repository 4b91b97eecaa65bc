import { unless, type Api } from './session.js';
import { segment } from './names.js';
import { Image, Images } from './shapes.js';

/** Glance's API, as far as we use it. */
export class Glance {
  constructor(private readonly api: Api) {}

  /** An image by its id. */
  async byId(id: string, signal: AbortSignal): Promise<Image | null> {
    // What cannot be an id is a bad request to some releases.
    return this.api.get(Image, `/images/${segment(id)}`, signal).catch(unless(404, 400));
  }

  /** The images of a name, the newest first. */
  async named(name: string, signal: AbortSignal): Promise<Image[]> {
    const path = `/images?name=${segment(name)}&sort_key=created_at&sort_dir=desc`;
    return (await this.api.get(Images, path, signal)).images;
  }

  /** The names of the images that can be used, for whoever has named one that there is not. */
  async names(signal: AbortSignal): Promise<string[]> {
    const { images } = await this.api.get(Images, '/images?status=active&sort_key=name&sort_dir=asc&limit=50', signal);
    return [...new Set(images.flatMap(({ name }) => name ?? []))];
  }

  async remove(id: string, signal: AbortSignal): Promise<void> {
    await this.api.remove(`/images/${segment(id)}`, signal);
  }
}
