/** One way along a graph from a name to another. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** A way that comes back to where it began: "api -> web -> api", and the link that closes it. */
export interface Circle<L extends Link> {
  readonly names: readonly string[];
  readonly closing: L;
}

/** The circles of a graph, each once; none for a graph that always ends. */
export function circlesOf<L extends Link>(links: readonly L[]): Circle<L>[] {
  const byStart = new Map<string, L[]>();
  for (const link of links) byStart.set(link.from, [...(byStart.get(link.from) ?? []), link]);
  const circles: Circle<L>[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const walk = (name: string): void => {
    way.push(name);
    for (const link of byStart.get(name) ?? []) {
      const start = way.indexOf(link.to);
      if (start >= 0) circles.push({ names: [...way.slice(start), link.to], closing: link });
      else if (!done.has(link.to)) walk(link.to);
    }
    way.pop();
    done.add(name);
  };
  for (const name of byStart.keys()) if (!done.has(name)) walk(name);
  return circles;
}
