import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An answer as a real OpenStack (Zed, of Debian 12) gave it. */
export const answer = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'answers', `${name}.json`), 'utf8'));
