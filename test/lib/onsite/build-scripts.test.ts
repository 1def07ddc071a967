import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildScripts } from '../../../lib/onsite/build-scripts.ts';
import { internalNames } from '../../../lib/onsite/internal-names.ts';

test.each(['loader', 'tracker', 'standalone'] as const)(
  'the %s is one file, compressed, named by its content, with a hash for Subresource Integrity',
  (name) => {
    const { [name]: tracker } = buildScripts();
    expect(brotliDecompressSync(tracker.brotli).toString()).toBe(tracker.text);
    expect(gunzipSync(tracker.gzip).toString()).toBe(tracker.text);
    expect(tracker.integrity).toBe(`sha384-${createHash('sha384').update(tracker.text).digest('base64')}`);
    expect(tracker.version).toMatch(/^[0-9a-f]{16}$/);
    expect(buildScripts()[name].version).toBe(tracker.version);
    expect(tracker.text).not.toMatch(/\bimport\b|\brequire\b|\beval\b|new Function/);
  },
);

test('the tracker costs at most 6 KB on the wire, also as the single file for Subresource Integrity, and the loader less than the script of Umami', () => {
  const { loader, tracker, standalone } = buildScripts();
  expect(tracker.brotli.length).toBeLessThanOrEqual(6 * 1024);
  expect(loader.brotli.length).toBeLessThanOrEqual(1_182);
  expect(standalone.brotli.length).toBeLessThanOrEqual(6 * 1024);
});

test('the build shortens no name of the DOM', () => {
  const dom = globSync('node_modules/@typescript/*/lib/lib.dom*.d.ts').map((path) => readFileSync(path, 'utf8'));
  expect(dom.length).toBeGreaterThan(0);
  const names = new Set([...dom.join('\n').matchAll(/^\s+(?:readonly )?(\w+)\??[(:<]/gm)].map(([, name]) => name));
  expect(internalNames.filter((name) => names.has(name))).toEqual([]);
});

test('the forms cost at most 12 KB on the wire, and parse no HTML', () => {
  const { forms } = buildScripts();
  expect(forms?.brotli.length).toBeLessThanOrEqual(12 * 1024);
  expect(forms?.text).not.toMatch(/innerHTML|insertAdjacentHTML|\beval\b|new Function/);
});
