import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildScripts } from '../../../lib/onsite/build-scripts.ts';

test('the tracker is one file, compressed, named by its content, with a hash for Subresource Integrity', () => {
  const { tracker } = buildScripts();
  expect(brotliDecompressSync(tracker.brotli).toString()).toBe(tracker.text);
  expect(gunzipSync(tracker.gzip).toString()).toBe(tracker.text);
  expect(tracker.integrity).toBe(`sha384-${createHash('sha384').update(tracker.text).digest('base64')}`);
  expect(tracker.version).toMatch(/^[0-9a-f]{16}$/);
  expect(buildScripts().tracker.version).toBe(tracker.version);
  expect(tracker.text).not.toMatch(/\bimport\b|\brequire\b|\beval\b|new Function/);
});
