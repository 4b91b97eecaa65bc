/** Names by the reason why nobody but DTrove sets them. One that ends in `*` stands for all that begin so. */
export type Reasons = Readonly<Record<string, readonly string[]>>;

/** Why a parameter is DTrove's own; null: it is the user's. */
export function managedBy(reasons: Reasons): (name: string) => string | null {
  const all = Object.entries(reasons).flatMap(([reason, names]) => names.map((name) => [name, reason] as const));
  const exact = new Map(all.filter(([name]) => !name.endsWith('*')));
  const begins = all
    .filter(([name]) => name.endsWith('*'))
    .map(([name, reason]) => [name.slice(0, -1), reason] as const);
  return (name) => exact.get(name) ?? begins.find(([start]) => name.startsWith(start))?.[1] ?? null;
}
