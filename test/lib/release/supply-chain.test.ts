import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { readAudit } from '../../../lib/release/advisories.ts';
import { bundledPackages, idOf, nameIn } from '../../../lib/release/bundled-packages.ts';
import { type Component, deployedSbom, runtimeComponents } from '../../../lib/release/sbom.ts';

const root = join(import.meta.dirname, '../../..');
const fileAt = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));

const Entry = v.object({
  version: v.optional(v.string()),
  resolved: v.optional(v.string()),
  integrity: v.optional(v.string()),
  link: v.optional(v.boolean(), false),
  inBundle: v.optional(v.boolean(), false),
  dev: v.optional(v.boolean(), false),
});
const Lockfile = v.object({ lockfileVersion: v.literal(3), packages: v.record(v.string(), Entry) });
const lockfile = v.parse(Lockfile, fileAt('package-lock.json')).packages;
const REGISTRY = 'https://registry.npmjs.org/';

describe('the lockfile', () => {
  const installed = Object.entries(lockfile).filter(([path, { link }]) => path !== '' && !link);

  test('every entry has a hash of its content, or comes inside a package that has one', () => {
    const lacking = installed.filter(([, { integrity, inBundle }]) => integrity === undefined && !inBundle);
    expect(lacking.map(([path]) => path)).toEqual([]);
    expect(installed.length).toBeGreaterThan(100);
    for (const [path, { inBundle }] of installed) {
      if (!inBundle) continue;
      const parents = installed.filter(([other]) => path.startsWith(`${other}/node_modules/`));
      expect([path, parents.some(([, { integrity }]) => integrity !== undefined)]).toEqual([path, true]);
    }
  });

  test('hashes are SHA-512', () => {
    for (const [path, { integrity = 'sha512-' }] of installed)
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
  });

  test('all packages come from the public registry', () => {
    const elsewhere = installed.filter(([, { resolved = REGISTRY }]) => !resolved.startsWith(REGISTRY));
    expect(elsewhere.map(([path]) => path)).toEqual([]);
  });

  test('package.json has exact versions of packages, and no URLs or folders', () => {
    const Manifest = v.object({
      dependencies: v.record(v.string(), v.string()),
      devDependencies: v.record(v.string(), v.string()),
    });
    const { dependencies, devDependencies } = v.parse(Manifest, fileAt('package.json'));
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/)]);
  });
});

/** Licenses that let anybody deploy the code, changed or not, and keep other code under their own license. */
const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'Unlicense'];

const License = v.union([
  v.object({ license: v.union([v.object({ id: v.string() }), v.object({ name: v.string() })]) }),
  v.object({ expression: v.string() }),
]);

/** `MIT OR Apache-2.0` is both; a name that is no SPDX identifier stands for itself. */
const licensesOf = ({ licenses = [] }: Pick<Component, 'licenses'>): readonly string[] =>
  licenses.flatMap((one) => {
    const read = v.parse(License, one);
    if ('expression' in read) return [read.expression];
    return 'id' in read.license ? [read.license.id] : [read.license.name];
  });

const isAllowed = (licenses: readonly string[]): boolean =>
  licenses.length > 0 && licenses.every((one) => allowed.includes(one));

describe('the bill of materials', () => {
  const sbom = deployedSbom();
  const bundled = bundledPackages();
  const runtime = runtimeComponents();

  test('lists exactly the content of the bundles, at the locked versions', () => {
    expect(sbom.components.map(idOf).toSorted()).toEqual(bundled.map(idOf).toSorted());
    expect(bundled.length).toBeGreaterThan(20);
    const locked = new Set(
      Object.entries(lockfile).flatMap(([path, { version = '', dev }]) => (dev ? [] : [`${nameIn(path)}@${version}`])),
    );
    expect(bundled.map(idOf).filter((id) => !locked.has(id))).toEqual([]);
  });

  test('names this product, and the dependencies between its components', () => {
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'tributary' } } });
    const refs = new Set(sbom.components.map((one) => one['bom-ref']));
    expect(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
  });

  test('every runtime dependency, deployed or not, has an allowed license', () => {
    expect(runtime.length).toBeGreaterThanOrEqual(bundled.length);
    const others = runtime.filter((one) => !isAllowed(licensesOf(one)));
    expect(others.map((one) => [idOf(one), licensesOf(one)])).toEqual([]);
  });

  test.each([[[]], [['GPL-3.0-only']], [['MIT', 'AGPL-3.0-only']], [['MIT OR GPL-2.0-only']], [['SEE LICENSE IN x']]])(
    'a package with %j is not allowed',
    (licenses) => {
      expect(isAllowed(licenses)).toBe(false);
    },
  );
});

describe('advisories', () => {
  const answer = (severity: string) =>
    JSON.stringify({
      vulnerabilities: { 'left-pad': { name: 'left-pad', severity, isDirect: true, range: '<1.3.0' } },
    });

  test.each([
    [
      'what is found fails from a severity on',
      answer('high'),
      { kind: 'checked', bad: ['left-pad <1.3.0: high'], minor: [] },
    ],
    ['below it is told', answer('low'), { kind: 'checked', bad: [], minor: ['left-pad <1.3.0: low'] }],
    ['nothing was found', '{"vulnerabilities":{}}', { kind: 'checked', bad: [], minor: [] }],
    [
      'a registry without advisories is no good news',
      '{"message":"405 Method Not Allowed - POST https://registry.example/","method":"POST"}',
      { kind: 'not_checked', why: '405 Method Not Allowed' },
    ],
    [
      'nor is one that is away',
      '{"message":"request to https://registry.example/ failed, reason: connect ECONNREFUSED","error":{}}',
      { kind: 'not_checked', why: 'connect ECONNREFUSED' },
    ],
  ])('%s', (_, text, expected) => {
    expect(readAudit(text, 'high')).toEqual(expected);
  });

  test('an unknown response is an error', () => {
    expect(() => readAudit('{}', 'high')).toThrow();
    expect(() => readAudit('', 'high')).toThrow();
    expect(() => readAudit('{"error":{"code":"ENOLOCK"}}', 'high')).toThrow();
    expect(() => readAudit('{"message":"Something else."}', 'high')).toThrow();
  });
});
