import { spawnSync } from 'node:child_process';

/** The texts that a command gives to a shell of its own, and those that they give to theirs. */
function nested(text: string): string[] {
  // systemd takes away every other $; what it runs is looked at by itself.
  if (text.includes('systemd-run ')) return [];
  const found = [...text.matchAll(/\bsh -c '((?:[^']|'\\'')*)'/g)].map(([, quoted = '']) =>
    quoted.replaceAll("'\\''", "'"),
  );
  return [...found, ...found.flatMap(nested)];
}

const reads = (text: string): string => {
  const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });
  return status === 0 && stderr === ''
    ? ''
    : `${stderr.trim() || `exit ${String(status)}`} in:\n${text.slice(0, 3000)}`;
};

/** Those of the texts, with what they hand to further shells, that `sh` cannot read, and why. */
export function unreadable(texts: readonly string[]): string[] {
  const all = [...new Set(texts.flatMap((text) => [text, ...nested(text)]))];
  return all.map(reads).filter((words) => words !== '');
}
