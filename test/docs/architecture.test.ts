import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

const folders = (of: string): string[] => (of === '.' || of === '/' ? [] : [of, ...folders(dirname(of))]);

test('every file named in the architecture page exists', () => {
  const missing: string[] = [];
  let before = '';
  for (const [, name = ''] of page.matchAll(/`([\w./-]+\.ts)`/g)) {
    // A short name is relative to the folder of the previous file, or to one of its parents.
    const candidates = [name, `functions/${name}`, ...folders(dirname(before)).map((folder) => join(folder, name))];
    const found = candidates.find((path) => existsSync(join(root, path)));
    if (found === undefined) missing.push(name);
    else before = found;
  }
  expect(before).not.toBe('');
  expect(missing).toEqual([]);
});
