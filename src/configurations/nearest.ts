/** How many letters have to be put in, left out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const changed = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The name that somebody may have meant; null where none is close. */
export function nearest(given: string, names: Iterable<string>): string | null {
  if (given.length > 100) return null;
  const plain = given.toLowerCase();
  let best: string | null = null;
  let least = Math.min(4, Math.ceil(plain.length / 3) + 1);
  for (const name of names) {
    const far = Math.min(...['_', '-'].map((joint) => distance(plain.replaceAll(/[-_\s]/g, joint), name)));
    if (far < least) [best, least] = [name, far];
  }
  return best;
}
