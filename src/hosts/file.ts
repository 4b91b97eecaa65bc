import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { DomainError, messageOf } from '../errors.js';
import { HostWish } from './wish.js';

/** What the file may say beside what the API takes: the private key as a file, relative to this one. */
const Entry = z.looseObject({
  privateKeyFile: z.string().optional(),
  bastion: z.looseObject({ privateKeyFile: z.string().optional() }).nullish(),
});

/** Words of whatever is wrong with a file of hosts. */
const wrong = (path: string, words: string): DomainError =>
  new DomainError('BAD_USER_INPUT', `DTROVE_HOSTS_FILE: ${path} ${words}`);

/** The hosts that an operator's file lists: a JSON array. Throws BAD_USER_INPUT in one line; secrets are not in it. */
export async function readHostsFile(path: string): Promise<HostWish[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw wrong(path, `cannot be read: ${messageOf(error)}`);
  });
  const entries = z.array(Entry).safeParse(jsonIn(path, text));
  if (!entries.success) throw wrong(path, 'is no list of hosts such as [{"address": "10.0.0.5", …}]');
  return Promise.all(entries.data.map((entry, i) => wishIn(path, entry, i)));
}

function jsonIn(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's words show a part of the text, in which a key may be.
    throw wrong(path, 'is no JSON');
  }
}

async function wishIn(path: string, { privateKeyFile, bastion, ...entry }: z.infer<typeof Entry>, i: number) {
  const key = async (file: string | undefined) => {
    if (file === undefined) return {};
    const privateKey = await readFile(resolve(dirname(path), file), 'utf8').catch((error: unknown) => {
      throw wrong(path, `entry ${i + 1}: privateKeyFile cannot be read: ${messageOf(error)}`);
    });
    return { privateKey };
  };
  const { privateKeyFile: bastionKeyFile, ...jump } = bastion ?? {};
  const wish = {
    ...entry,
    ...(await key(privateKeyFile)),
    ...(bastion == null ? {} : { bastion: { ...jump, ...(await key(bastionKeyFile)) } }),
  };
  const { data, error } = HostWish.safeParse(wish);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw wrong(path, `entry ${i + 1}: ${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'is wrong'}`);
}
