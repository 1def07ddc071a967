import { dirname } from 'node:path';
import type { Import } from './imports.ts';

export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Which folders name which. The files at a folder's root are a folder of their own beside its sub-folders. */
export const folderGraph = (imports: readonly Import[], folderOf: (path: string) => string = dirname): Graph => {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [above, below] = [folderOf(from), folderOf(to)];
    if (above === below) continue;
    graph.set(above, (graph.get(above) ?? new Set()).add(below));
  }
  return graph;
};

/** The groups of folders in which each leads to every other: Tarjan's strongly connected components with several members. */
export const cyclesIn = (graph: Graph): string[][] => {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];

  const visit = (folder: string): number => {
    const place = order.size;
    order.set(folder, place);
    let low = place;
    stack.push(folder);
    for (const next of graph.get(folder) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (stack.includes(next)) low = Math.min(low, lowest.get(next) ?? order.get(next) ?? low);
    }
    lowest.set(folder, low);
    if (low === place) {
      const group = stack.splice(stack.indexOf(folder));
      if (group.length > 1) cycles.push(group.toSorted());
    }
    return low;
  };
  for (const folder of graph.keys()) if (!order.has(folder)) visit(folder);
  return cycles;
};
