import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';

/** An import of one file by another, of values or types, static or dynamic. Paths are relative to the repository. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Lists the imports between files of a folder. */
export const importsWithin = (root: string, folder: string): Import[] =>
  globSync(`${folder}/**/*.ts`, { cwd: root }).flatMap((from) =>
    specifiersIn(from, readFileSync(join(root, from), 'utf8'))
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => ({ from, to: normalize(join(dirname(from), specifier)) }))
      .filter(({ to }) => to.startsWith(`${folder}/`)),
  );

/** The specifiers of `import`, `export … from`, `import()`, type imports and `require`. */
export const specifiersIn = (name: string, text: string): string[] => {
  const { module } = parseSync(name, text);
  const imports = module.staticImports.map(({ moduleRequest }) => moduleRequest.value);
  const reexports = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
  );
  // The parser does not return these specifiers as text.
  const dynamic = [...text.matchAll(/(?:\bimport\(|\brequire\(|\)\()\s*'(\.{1,2}\/[^']+)'/g)].map(
    ([, path = '']) => path,
  );
  return [...new Set([...imports, ...reexports, ...dynamic])];
};
