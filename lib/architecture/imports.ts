import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';

/** One file names another: to import values or types, now or later. Paths are relative to the repository. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every import between the files of a folder. */
export const importsWithin = (root: string, folder: string): Import[] =>
  globSync(`${folder}/**/*.ts`, { cwd: root }).flatMap((from) =>
    specifiersIn(from, readFileSync(join(root, from), 'utf8'))
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => ({ from, to: normalize(join(dirname(from), specifier)) }))
      .filter(({ to }) => to.startsWith(`${folder}/`)),
  );

/** What a module names in `import`, `export … from`, `import()`, `import('…')` as a type, and `require('…')`. */
export const specifiersIn = (name: string, text: string): string[] => {
  const { module } = parseSync(name, text);
  const first = module.staticImports.map(({ moduleRequest }) => moduleRequest.value);
  const passed = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
  );
  // What these name is plain text: the parser gives positions alone.
  const later = [...text.matchAll(/(?:\bimport\(|\brequire\(|\)\()\s*'(\.{1,2}\/[^']+)'/g)].map(
    ([, path = '']) => path,
  );
  return [...new Set([...first, ...passed, ...later])];
};
