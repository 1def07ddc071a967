import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { localFolder } from '../../../lib/process/environment.ts';
import { generatedModule } from '../../../lib/process/generated-module.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-generated-'));
const name = `test-${randomUUID()}`;
afterAll(() => {
  rmSync(folder, { recursive: true });
  for (const kept of readdirSync(localFolder).filter((file) => file.startsWith(name))) rmSync(join(localFolder, kept));
});

const source = join(folder, 'source.ts');
let generated = 0;
/** As by another process, which knows only what is on the disk. */
const generate = () =>
  generatedModule(name, () => {
    generated += 1;
    return { code: `// ${readFileSync(source, 'utf8').length}`, sources: [source] };
  })();

test('generates a module again only after a change of a source, and writes it only if it differs', () => {
  writeFileSync(source, 'one');
  const file = generate();
  expect([generate(), generated, readFileSync(file, 'utf8')]).toEqual([file, 1, '// 3']);

  const { mtimeMs } = statSync(file);
  writeFileSync(source, 'two');
  generate();
  expect([generated, readFileSync(file, 'utf8'), statSync(file).mtimeMs]).toEqual([2, '// 3', mtimeMs]);

  writeFileSync(source, 'three');
  generate();
  expect([generated, readFileSync(file, 'utf8')]).toEqual([3, '// 5']);

  rmSync(file);
  generate();
  expect([generated, readFileSync(file, 'utf8')]).toEqual([4, '// 5']);
});
