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

/** The pages are in it, and all that they say. */
const larger: Readonly<Record<string, number>> = { consent: 240 };

it.each(domains)('$name loads at most 200 KB at its start (consent 240), and is at most 900 KB in all', (domain) => {
  const { loaded, whole } = built(domain, join(folder, domain.name));
  expect(loaded).toBeLessThanOrEqual((larger[domain.name] ?? 200) * KB);
  expect(whole).toBeLessThanOrEqual(900 * KB);
});
