import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { declaredTypes, itemLines } from '../support/entities.ts';

const path = join(import.meta.dirname, '../../docs/table.md');
const page = readFileSync(path, 'utf8');
const lines = await itemLines();

const table = ['| pk | sk | item | indexes: pk / sk | TTL |', '|---|---|---|---|---|', ...lines].join('\n');
const between = /(<!-- items -->\n\n)[\s\S]*?(\n\n<!-- \/items -->)/;

test('docs/table.md has every declared type of item', () => {
  expect(lines.length).toBeGreaterThanOrEqual(declaredTypes.length);
  expect(declaredTypes.map(({ type }) => type).filter((type) => !table.includes(`| \`${type}\` |`))).toEqual([]);
});

test('docs/table.md has every item with its keys, indexes and TTL; `-u` writes them', async () => {
  expect(page).toMatch(between);
  await expect(page.replace(between, (_, start, end) => `${start}${table}${end}`)).toMatchFileSnapshot(path);
});

test('docs/table.md names the query of every type of item', () => {
  const prose = page.replace(between, '');
  expect(declaredTypes.map(({ type }) => type).filter((type) => !prose.includes(`\`${type}\``))).toEqual([]);
});

test('docs/table.md says of every expiring item what still refers to it, and the response', () => {
  const [, section = ''] = page.split('\n## Items with a TTL\n');
  const items = [...section.matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell = '']) => cell);
  const named = items.flatMap((cell) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, type]) => type));
  const expiring = declaredTypes.flatMap(({ type, expires }) => (expires ? [type] : []));
  expect(expiring).toContain('pending_opt_in');
  expect(expiring).not.toContain('profile');
  expect(named.toSorted()).toEqual(expiring.toSorted());
});
