import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const sources = globSync('functions/**/*.ts', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));

/** The schema that is called so: in the same file, or the one that is exported by another. */
const schemaNamed = (name: string, source: string): string => {
  const pattern = new RegExp(`const ${name} = v\\.[\\s\\S]*?\\n(?:\\}|\\]|\\S)`);
  return [source, ...sources].map((text) => pattern.exec(text)?.[0]).find((found) => found !== undefined) ?? '';
};

/** Types of items that DynamoDB removes by itself at some time. */
const expiring = sources.flatMap((source) =>
  [...source.matchAll(/entity\(\{\s*type: '([\w-]+)',[\s\S]*?schema: (\w+)/g)].flatMap(([, type = '', schema = '']) =>
    /\bexpiresAt\b/.test(schemaNamed(schema, source)) ? [type] : [],
  ),
);

test('docs/table.md says of every item that expires what still names it then, and what that answers', () => {
  const page = readFileSync(join(root, 'docs/table.md'), 'utf8');
  const [, section = ''] = page.split('\n## What expires\n');
  const items = [...section.matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell = '']) => cell);
  const named = items.flatMap((cell) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, type]) => type));
  expect(expiring).toContain('pending_opt_in');
  expect(expiring).not.toContain('profile');
  expect(expiring.toSorted()).toEqual(named.toSorted());
});
