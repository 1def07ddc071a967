import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

const folders = (of: string): string[] => (of === '.' || of === '/' ? [] : [of, ...folders(dirname(of))]);

test('every file that the page on architecture names is there', () => {
  const missing: string[] = [];
  let before = '';
  for (const [, name = ''] of page.matchAll(/`([\w./-]+\.ts)`/g)) {
    // A short name stands in the folder of the file that was named before it, or in one around that.
    const candidates = [name, `functions/${name}`, ...folders(dirname(before)).map((folder) => join(folder, name))];
    const found = candidates.find((path) => existsSync(join(root, path)));
    if (found === undefined) missing.push(name);
    else before = found;
  }
  expect(before).not.toBe('');
  expect(missing).toEqual([]);
});
