import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const folder = join(repository, 'functions/imports');

/** Codes stand where rows are judged, as they do in the reports. */
const codes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap(
    (name) =>
      readFileSync(join(folder, name), 'utf8').match(
        /'(?:invalid|too|broken|ambiguous|unproved|unnamed|missing)_[a-z_]+'/g,
      ) ?? [],
  )
  .map((quoted) => quoted.slice(1, -1));

test('every code of a row is told of', () => {
  const told = readFileSync(join(repository, 'docs/errors.md'), 'utf8');
  expect(new Set(codes).size).toBeGreaterThan(15);
  expect([...new Set(codes)].filter((code) => !told.includes(`\`${code}\``))).toEqual([]);
});
