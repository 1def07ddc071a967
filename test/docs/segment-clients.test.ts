import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { clients, outcomes } from '../support/deployed/segment/matrix.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const python = read('lib/process/python.ts');
const npm: Readonly<Record<string, string>> = manifest.devDependencies;

const go = read('test/support/deployed/segment/go/go.mod');
const java = read('test/support/deployed/segment/java/pom.xml');

const versionOf = (name: string): string | undefined =>
  npm[name] ??
  new RegExp(`'${name}': '([\\d.]+)'`).exec(python)?.[1] ??
  new RegExp(`${name} v([\\d.]+)`).exec(go)?.[1] ??
  new RegExp(`<artifactId>${name.split(':')[1]}</artifactId>\\s*<version>([\\d.]+)<`).exec(java)?.[1];

test('docs/segment.md shows every tested client, its version, and what becomes of its calls', () => {
  const rows = Object.entries(clients).map(([name, { faults }]) => [
    `\`${name}\``,
    versionOf(name),
    ...Object.values(outcomes),
    faults ? 'nothing lost or repeated' : '–',
  ]);
  const header = ['client', 'version', ...Object.keys(outcomes), 'faults'];
  const line = (cells: readonly (string | undefined)[]): string => `| ${cells.join(' | ')} |`;
  const table = [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n');
  expect(read('docs/segment.md')).toContain(table);
});
