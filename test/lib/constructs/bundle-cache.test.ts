import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildOnce, cache, sourcesIn } from '../../../lib/constructs/functions/bundle-cache.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-cache-'));
const name = `test-${randomUUID()}`;
afterAll(() => {
  rmSync(folder, { recursive: true });
  for (const kept of readdirSync(cache).filter((entry) => entry.startsWith(name)))
    rmSync(join(cache, kept), { recursive: true });
});

const source = join(folder, 'source.ts');
const into = join(folder, 'bundle');
let built = 0;
const make = () =>
  buildOnce(name, into, () => {
    built += 1;
    mkdirSync(into, { recursive: true });
    writeFileSync(join(into, 'index.js'), readFileSync(source));
    return { 'index.js': { inputs: { [source]: { bytesInOutput: 3 } }, imports: [] } };
  });

test('bundles again only after a change of a source', () => {
  writeFileSync(source, 'one');
  make();
  rmSync(into, { recursive: true });
  mkdirSync(into);
  writeFileSync(join(into, 'left-over.js'), '');
  expect(sourcesIn(make())).toEqual([source]);
  expect([built, readdirSync(into), readFileSync(join(into, 'index.js'), 'utf8')]).toEqual([1, ['index.js'], 'one']);

  writeFileSync(source, 'two');
  make();
  expect([built, readFileSync(join(into, 'index.js'), 'utf8')]).toEqual([2, 'two']);

  rmSync(source);
  expect(make).toThrow();
});
