import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { allServices } from '../../../functions/services.ts';
import { toLazyFunctions } from '../../../lib/constructs/functions/bundle.ts';
import { built } from '../../bench/built.ts';

let folder = '';
let sizes: ReturnType<typeof built>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-bundle-'));
  sizes = built(folder, allServices);
});
afterAll(() => rmSync(folder, { recursive: true }));

const KB = 1_024;

/**
 * Every request pays for the loaded code; the clients of S3, SQS, Scheduler, SES, and the one for bulk requests, are
 * loaded on demand.
 */
it.each(allServices)(
  '$name loads at most 365 KB at its start, and has at most 1,370 KB, or a limit of its own',
  (service) => {
    const { loaded = Number.NaN, whole = Number.NaN } = sizes.get(service.name) ?? {};
    // Imports bring the readers of three kinds of rows.
    expect(loaded).toBeLessThanOrEqual((service.name === 'imports' ? 385 : 365) * KB);
    // Lists bring the routes that replays run, forms the parser of their markup, exports the readers of imports, and feeds
    // a client for SFTP: all are loaded when they are needed.
    const others = ['forms', 'lists', 'privacy'].includes(service.name) ? 1_500 : 1_370;
    // The system has the API reference, which grows with each endpoint.
    expect(whole).toBeLessThanOrEqual((['feeds', 'system'].includes(service.name) ? 1_650 : others) * KB);
    // Dynamically required modules are called as in the deployment.
    const texts = readdirSync(join(folder, service.name)).map((file) =>
      readFileSync(join(folder, service.name, file), 'utf8'),
    );
    expect(texts.flatMap((text) => text.match(/\("\.\/[\w./-]+\.ts"\)/g) ?? [])).toEqual([]);
  },
);

test('rewrites arrow functions only if the meaning stays the same', () => {
  expect(toLazyFunctions('export const twice = (n) => n * 2')).not.toContain('=>');
  expect(
    toLazyFunctions('export class A { m() { return 1 } }; export function f() { return () => this }'),
  ).not.toContain('=>');

  for (const kept of [
    'export class A { f = () => this.x }',
    'export class A { static s = [1].map(() => this) }',
    'export class A extends B { constructor() { const f = () => this; super(f) } }',
    'export class A extends B { m() { return () => super.m() } }',
    'export function A() { return () => new.target }',
  ])
    expect(toLazyFunctions(kept)).toContain('=>');
});
