type Entry = readonly [name: string, value: string];

/** The values that the lines of a settings file give, by name; a later line wins. `entryOf` takes a line apart. */
export const readLines = (text: string, entryOf: (line: string) => Entry | null): ReadonlyMap<string, string> =>
  new Map(
    text
      .split('\n')
      .map(entryOf)
      .filter((entry) => entry !== null),
  );
