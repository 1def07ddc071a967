import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changesIn } from '../../lib/local/changes.ts';
import { bundleDomains } from '../../lib/local/code.ts';
import { outlineOfFunctions } from '../../lib/local/outline.ts';

test('unchanged sources are bundled to the same code, so that only what changed is sent', () => {
  const built = bundleDomains(['system']);
  expect(built.get('system')?.sources).toContain(join(import.meta.dirname, '../../functions/system/routes.ts'));
  expect(bundleDomains(['system'])).toEqual(built);
}, 60_000);

test('what the stacks are made of is read from the sources: prefixes, triggers, permissions, indexes', async () => {
  const { domains: outlines, definition } = JSON.parse(await outlineOfFunctions());
  const imports = outlines.find(({ name }: { name: string }) => name === 'imports');
  expect(imports).toMatchObject({ prefixes: expect.arrayContaining(['/api/import-jobs']) });
  expect(imports.uses).toContainEqual(expect.objectContaining({ bucket: 'imports' }));
  expect(imports.triggers).toContainEqual({
    on: 'upload',
    prefix: 'profiles/',
    suffixes: ['.csv', '.tsv', '.gz', '.zip', '.mapping.json'],
  });
  expect(definition.ttl).toBe('expiresAt');
});

test('every change of a source is noticed, also where an editor replaces the file, and nothing else is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-changes-'));
  const file = join(folder, 'a.ts');
  const replace = (text: string) => {
    writeFileSync(`${file}~`, text);
    renameSync(`${file}~`, file);
  };
  replace('1');
  const ended = new AbortController();
  const changes = changesIn([folder], ended.signal);
  for (const text of ['2', '3']) {
    replace(text);
    expect(await changes.next()).toEqual({ done: false, value: [file] });
  }
  ended.abort();
  expect((await changes.next()).done).toBe(true);
});
