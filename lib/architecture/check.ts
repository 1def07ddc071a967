import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cyclesIn, folderGraph } from './cycles.ts';
import { drawingOf, withDrawing } from './drawing.ts';
import { type Import, importsWithin } from './imports.ts';
import { breachesIn, httpInDomains, isolationBreachesIn } from './layers.ts';

const root = join(import.meta.dirname, '../..');
const page = join(root, 'docs/architecture.md');

/** Lists the imports that break the rules. */
export const problemsIn = (functions: readonly Import[], lib: readonly Import[]): string[] => [
  ...breachesIn(functions).map(({ from, to }) => `${from} imports ${to}, which is above it.`),
  ...isolationBreachesIn(functions).map(({ from, to }) => `${from} imports ${to}: code of the browser stands alone.`),
  ...httpInDomains(functions).map(({ from, to }) => `${from} imports ${to}: a domain knows no HTTP. Move it to api/.`),
  ...[functions, lib].flatMap((imports) =>
    cyclesIn(folderGraph(imports)).map((cycle) => `These folders import each other in a ring: ${cycle.join(', ')}.`),
  ),
];

/** Draws the graph of imports into docs/architecture.md, or with `isCheck` only compares it. Returns all problems. */
export const checkArchitecture = ({ isCheck }: { readonly isCheck: boolean }): string[] => {
  const functions = importsWithin(root, 'functions');
  const problems = problemsIn(functions, importsWithin(root, 'lib'));
  const before = readFileSync(page, 'utf8');
  const after = withDrawing(before, drawingOf(functions));
  if (isCheck && before !== after)
    return [...problems, 'docs/architecture.md is out of date. Run `npm run architecture` and commit the file.'];
  if (!isCheck) writeFileSync(page, after);
  return problems;
};
