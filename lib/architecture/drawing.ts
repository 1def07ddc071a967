import { folderGraph, type Graph } from './cycles.ts';
import type { Import } from './imports.ts';
import { domainOrder, layers } from './layers.ts';

const BEGIN = '<!-- drawn by `node bin/architecture.ts` -->';
const END = '<!-- end of the drawing -->';

/** Shortens paths below `functions/` to folders of a maximum depth. */
const foldersTo =
  (depth: number) =>
  (path: string): string => {
    const [, ...steps] = path.replace(/\.ts$/, '').split('/');
    const folders = path.endsWith('.ts') && steps.length > 1 ? steps.slice(0, -1) : steps;
    return folders.slice(0, depth).join('/');
  };

/** The transitive reduction of a graph. */
export const reduced = (graph: Graph): Graph => {
  const reaches = (from: string, to: string, visited: Set<string>): boolean => {
    if (visited.has(from)) return false;
    visited.add(from);
    return [...(graph.get(from) ?? [])].some((next) => next === to || reaches(next, to, visited));
  };
  return new Map(
    [...graph].map(([from, to]) => [
      from,
      new Set([...to].filter((one) => ![...to].some((other) => other !== one && reaches(other, one, new Set())))),
    ]),
  );
};

const mermaid = (graph: Graph, isDrawn: (folder: string) => boolean): string => {
  const lines = [...graph]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([from, to]) =>
      [...to]
        .toSorted()
        .filter((one) => isDrawn(from) && isDrawn(one))
        .map((one) => `  ${nodeOf(from)} --> ${nodeOf(one)}`),
    );
  return ['```mermaid', 'flowchart TD', ...lines, '```'].join('\n');
};

const nodeOf = (folder: string): string => `${folder.replaceAll(/\W/g, '_')}["${folder}"]`;

/** Draws the imports of the layers, of the domains, and of the platform's folders. */
export const drawingOf = (imports: readonly Import[]): string => {
  const byLayer = reduced(folderGraph(imports, foldersTo(1)));
  const byFolder = reduced(folderGraph(imports, foldersTo(2)));
  return [
    `Layers, lowest first: ${layers.map((name) => `\`${name}\``).join(', ')}.`,
    mermaid(byLayer, () => true),
    `Domains, in their order: ${domainOrder.map((name) => `\`${name}\``).join(', ')}.`,
    mermaid(byFolder, (folder) => folder.startsWith('domains/')),
    'Folders of the platform:',
    mermaid(byFolder, (folder) => folder.startsWith('platform/')),
    'Arrows that follow from two others are omitted.',
  ].join('\n\n');
};

/** Inserts the drawing between the markers of a document. */
export const withDrawing = (document: string, drawing: string): string => {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`docs/architecture.md needs the lines ${BEGIN} and ${END}.`);
  return `${document.slice(0, begin)}${BEGIN}\n\n${drawing}\n\n${document.slice(end)}`;
};
