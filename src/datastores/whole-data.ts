import { sh, type Command } from '../shell/command.js';

/**
 * Makes `data` by `make` beside its place, at `fresh`, and moves it there when it is whole. What is said meanwhile waits
 * in memory: on a full disk there is room for the words only when the half-made data are gone. Of them, the lines that
 * match `telling` (an extended regular expression) are kept, where there are such; beside them may stand hundreds.
 */
export const wholeData = (data: string, fresh: string, make: Command, telling: string): Command => sh`rm -rf ${fresh}
if said=$({ ${make}; } 2>&1); then
  printf '%s\\n' "$said"
  mv ${fresh} ${data}
else
  code=$?
  rm -rf ${fresh}
  printf '%s\\n' "$said" | grep -E ${telling} >&2 || printf '%s\\n' "$said" >&2
  exit "$code"
fi`;
