/** What the head of an archive of pg_dump tells (PostgreSQL's pg_backup_archiver.c, ReadHead). */
export interface CustomHeader {
  /** Of the server that was dumped. */
  readonly version: string | null;
  readonly database: string | null;
}

/** Reads the head of pg_dump's custom format; nulls where it is of a form that is not known. */
export function readCustomHeader(head: Buffer): CustomHeader {
  let at = 5; // PGDMP
  const byte = (): number => head.readUInt8(at++);
  try {
    const [major, minor] = [byte(), byte()];
    byte(); // revision
    const intSize = byte();
    byte(); // size of offsets
    byte(); // format
    const int = (): number => {
      const negative = byte() !== 0;
      const value = head.readUIntLE(at, intSize);
      at += intSize;
      return negative ? -value : value;
    };
    const text = (): string | null => {
      const length = int();
      if (length < 0) return null;
      const value = head.toString('utf8', at, at + length);
      at += length;
      return value;
    };
    // The compression was a number before 1.15, and is one of a list since.
    if (major > 1 || minor >= 15) byte();
    else int();
    for (let part = 0; part < 7; part += 1) int(); // when it was made
    const database = text();
    const version = /^\d+(\.\d+)*/.exec(text() ?? '')?.[0] ?? null;
    return { version, database };
  } catch {
    return { version: null, database: null };
  }
}
