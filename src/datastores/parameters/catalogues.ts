import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalogue, OfferedParameter, Parameter } from './parameter.js';

const directory = fileURLToPath(new URL('../catalogues', import.meta.url));

/**
 * Reads `<manager>/<version>.jsonl` when it is first asked for. A line is a parameter, the first what they were taken of;
 * `npm run catalogue` writes the files. Null where there is none. `managed` says why nobody but DTrove sets a parameter;
 * `restarts` names those that are brought in by a restart, whatever the engine says.
 */
export function cataloguesOf(
  manager: string,
  managed: (name: string) => string | null,
  restarts: readonly string[] = [],
): (version: string) => Catalogue | null {
  const read = new Map<string, Catalogue | null>();
  return (version) => {
    const before = read.get(version);
    if (before !== undefined) return before;
    const path = join(directory, manager, `${version}.jsonl`);
    const catalogue = existsSync(path) ? parse(readFileSync(path, 'utf8'), managed, restarts) : null;
    read.set(version, catalogue);
    return catalogue;
  };
}

const preset = 'it is fixed when the engine or the data are made, and only tells what it is';

function parse(text: string, managed: (name: string) => string | null, restarts: readonly string[]): Catalogue {
  const [head = '{}', ...lines] = text.trim().split('\n');
  const { taken } = JSON.parse(head) as { readonly taken: string };
  const parameters = lines.map((line): OfferedParameter => {
    const parameter = JSON.parse(line) as Parameter;
    const restart = parameter.restart || restarts.includes(parameter.name);
    return { ...parameter, restart, managed: parameter.preset === true ? preset : managed(parameter.name) };
  });
  return { taken, parameters };
}
