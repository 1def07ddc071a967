import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { domains } from '../../functions/domains.ts';
import { built } from '../bench/built.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-bundle-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const KB = 1_024;

it.each(domains)('$name loads at most 200 KB at its start, and is at most 900 KB in all', (domain) => {
  const { loaded, whole } = built(domain, join(folder, domain.name));
  expect(loaded).toBeLessThanOrEqual(200 * KB);
  expect(whole).toBeLessThanOrEqual(900 * KB);
});
