import { dirname } from 'node:path';
import type { Import } from './imports.ts';

export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** The graph of folders that import each other. Files directly in a folder count as a folder beside its subfolders. */
export const folderGraph = (imports: readonly Import[], folderOf: (path: string) => string = dirname): Graph => {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [importer, imported] = [folderOf(from), folderOf(to)];
    if (importer === imported) continue;
    graph.set(importer, (graph.get(importer) ?? new Set()).add(imported));
  }
  return graph;
};

/** The cycles of a graph: strongly connected components of several folders, by Tarjan's algorithm. */
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
