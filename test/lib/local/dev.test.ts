import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openBundler } from '../../../lib/local/dev/bundler.ts';
import { deployedSources, isStackSource } from '../../../lib/local/dev/deployed-sources.ts';
import { remakeModules } from '../../../lib/local/dev/generated-modules.ts';
import { watchSources } from '../../../lib/local/dev/source-changes.ts';
import { readStackInputs } from '../../../lib/local/dev/stack-inputs.ts';
import { bundledScripts } from '../../../lib/onsite/bundled-scripts.ts';
import { childEnvironment, localFolder } from '../../../lib/process/environment.ts';
import { generatedModule } from '../../../lib/process/generated-module.ts';
import { run } from '../../../lib/process/run.ts';

test('bundles unchanged sources to the same code, so that only changes are sent', async () => {
  const bundlers = [openBundler(), openBundler()];
  onTestFinished(async () => void (await Promise.all(bundlers.map((one) => one.dispose()))));
  const [built, again] = await Promise.all(bundlers.map((one) => one.bundle('system')));
  expect(built?.sources).toContain(join(import.meta.dirname, '../../../functions/api/system/routes.ts'));
  expect(again).toEqual(built);
}, 60_000);

test('bundles a service again after a change of its sources, as a deployment would', async () => {
  const bundler = openBundler();
  onTestFinished(() => bundler.dispose());
  const first = await bundler.bundle('system');
  expect([...first.files.keys()]).toContain('index.js');
  const [source = ''] = [...first.sources].filter((file) => file.endsWith('functions/api/system/routes.ts'));
  expect(await bundler.bundle('system', ['/nowhere.ts'])).toEqual(first);
  expect((await bundler.bundle('system', [source])).digest).toBe(first.digest);

  const folder = mkdtempSync(join(tmpdir(), 'tributary-bundle-'));
  for (const [name, text] of first.files) writeFileSync(join(folder, name), text);
  const script = `console.log(Object.keys(require(${JSON.stringify(join(folder, 'index.js'))})).join())`;
  const names = await run({ command: process.execPath, args: ['-e', script], env: childEnvironment() });
  expect(names.split(',')).toContain('http');
}, 120_000);

test('makes generated modules again after a change of their sources, and bundles contain them', async () => {
  const bundler = openBundler();
  onTestFinished(() => bundler.dispose());
  expect((await bundler.bundle('onsite')).sources).toContain(bundledScripts());
  expect(remakeModules([bundledScripts])).toEqual([]);

  const source = join(mkdtempSync(join(tmpdir(), 'tributary-source-')), 'a.ts');
  writeFileSync(source, '1');
  const make = generatedModule('test-module', () => ({ code: readFileSync(source, 'utf8'), sources: [source] }));
  const module = make();
  onTestFinished(() => rmSync(module));
  expect(remakeModules([make])).toEqual([]);
  writeFileSync(source, '2');
  expect(make()).toBe(module);
  expect(readFileSync(module, 'utf8')).toBe('1');
  expect(remakeModules([make])).toEqual([module]);
  expect(readFileSync(module, 'utf8')).toBe('2');
}, 120_000);

test('counts a change as part of the stacks unless only commands outside them use it', () => {
  const lib = join(import.meta.dirname, '../../../lib');
  expect(isStackSource(join(lib, 'constructs/api.ts'))).toBe(true);
  expect(isStackSource(join(lib, 'local/dev/dev.ts'))).toBe(false);
  expect(isStackSource(join(lib, '../functions/api/system/routes.ts'))).toBe(false);
});

test('recognizes the deployed version by its sources, until one of them changes', () => {
  const endpoint = 'http://127.0.0.1:1';
  const folder = join(localFolder, 'cloud-1', 'cdk.out');
  onTestFinished(() => rmSync(join(localFolder, 'cloud-1'), { recursive: true }));
  mkdirSync(folder, { recursive: true });
  const source = join(mkdtempSync(join(tmpdir(), 'tributary-source-')), 'a.ts');
  writeFileSync(source, '');
  expect(deployedSources(endpoint, [source])).toBeUndefined();
  utimesSync(source, 1_000, 1_000);
  writeFileSync(join(folder, 'bundle-system.json'), JSON.stringify([source]));
  writeFileSync(join(folder, 'manifest.json'), '{}');
  expect(deployedSources(endpoint, [source])).toEqual(new Map([['system', new Set([source])]]));
  const later = Date.now() / 1_000 + 1;
  utimesSync(source, later, later);
  expect(deployedSources(endpoint, [source])).toBeUndefined();
});

test('reads the inputs of the stacks from the sources: prefixes, triggers, permissions, indexes', async () => {
  const { services: outlines, definition } = JSON.parse(await readStackInputs());
  const imports = outlines.find(({ name }: { name: string }) => name === 'imports');
  expect(imports).toMatchObject({ prefixes: expect.arrayContaining(['/api/import-jobs']) });
  expect(imports.uses).toContainEqual(expect.objectContaining({ bucket: 'imports' }));
  expect(imports.triggers).toContainEqual({
    on: 'upload',
    prefix: 'profiles/',
    suffixes: expect.arrayContaining(['.csv', '.tsv', '.gz', '.zip', '.mapping.json']),
  });
  expect(definition.ttl).toBe('expiresAt');
});

test('notices every change of a source, also by replacing the file, and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-changes-'));
  const file = join(folder, 'a.ts');
  const replace = (text: string) => {
    writeFileSync(`${file}~`, text);
    renameSync(`${file}~`, file);
  };
  replace('1');
  const ended = new AbortController();
  const changes = watchSources([folder], ended.signal);
  for (const text of ['2', '3']) {
    replace(text);
    expect(await changes.next()).toEqual({ done: false, value: [file] });
  }
  ended.abort();
  expect((await changes.next()).done).toBe(true);
});
