import { globSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sections } from '../../functions/domains/privacy/access/sections.ts';
import { allFolders } from '../../functions/domains/privacy/folders.ts';
import { allDeclarations } from '../../functions/domains/privacy/personal-data.ts';
import { allUsesOf } from '../../functions/platform/service/service.ts';
import { allServices as services } from '../../functions/services.ts';
import { declaredTypes } from '../support/entities.ts';

const folder = join(import.meta.dirname, '../../functions/domains');
const domains = readdirSync(folder);
const declarations = await Promise.all(
  globSync('*/{personal-data,personal-data/personal-data}.ts', { cwd: folder }).map(async (path) => ({
    domain: path.split('/')[0] ?? '',
    personalData: (await import(join(folder, path))).personalData,
  })),
);
const declared = allDeclarations.flatMap((holder) => {
  const domain = declarations.find(({ personalData }) => personalData === holder)?.domain ?? '';
  return [...holder.items, ...holder.impersonalItems].map(({ entity }) => ({ domain, type: entity.type }));
});
const twice = <T>(all: readonly T[]): T[] => all.filter((one, i) => all.indexOf(one) !== i);

test('every domain declares its personal data, and privacy uses each declaration', () => {
  expect(declarations.map(({ domain }) => domain).toSorted()).toEqual(domains.toSorted());
  expect(declarations.filter(({ personalData }) => !allDeclarations.includes(personalData))).toEqual([]);
  expect(allDeclarations).toHaveLength(declarations.length);
});

test('one domain declares every type of item, as personal or not', () => {
  const types = declared.map(({ type }) => type);
  expect(declaredTypes.filter(({ type }) => !types.includes(type))).toEqual([]);
  expect(twice(types)).toEqual([]);
});

test('a domain declares its own items, or those of an earlier domain', () => {
  const order = allDeclarations.map(
    (holder) => declarations.find(({ personalData }) => personalData === holder)?.domain,
  );
  const early = declared.filter(({ domain, type }) => {
    const path = declaredTypes.find((one) => one.type === type)?.path ?? '';
    return order.indexOf(domain) < order.findIndex((name) => path.includes(`/domains/${name}/`));
  });
  expect(early).toEqual([]);
});

test('all personal data has a section in the access file, or a reason to be retained', () => {
  const names = [
    ...sections.map(({ name }) => name),
    ...allDeclarations.flatMap(({ export: { ledger } }) => ledger?.name ?? []),
  ];
  const shown = allDeclarations.flatMap(({ items }) => items.flatMap(({ section }) => section ?? []));
  expect(shown.filter((name) => !names.includes(name))).toEqual([]);
  expect(twice(names)).toEqual([]);
  expect(twice(sections.map(({ order }) => order))).toEqual([]);
});

test('sections are in the order for readers', () => {
  expect(sections.map(({ name }) => name)).toEqual([
    'profile',
    'identifiers',
    'push-tokens',
    'consent',
    'lists',
    'list-opt-outs',
    'suppressions',
    'bounces',
    'wordings',
    'confirmations',
    'form-submissions',
    'webhook-deliveries',
    'rejected-items',
    'shop-orders',
    'mail-limits',
    'back-in-stock',
    'events',
    'archived-events',
    'merges',
    'imports',
    'bulk-imports',
    'dry-runs',
    'erasures',
    'other',
  ]);
});

test.each(['imports', 'archive'] as const)('every folder of the bucket %s that is written to is declared', (bucket) => {
  const folders = allDeclarations.flatMap((holder) => holder.folders.filter((one) => one.bucket === bucket));
  const written = services
    .flatMap(allUsesOf)
    .filter((use) => typeof use === 'object')
    .filter((use) => use.bucket === bucket)
    .flatMap(({ write = [], writeParts = [] }) => [...write, ...writeParts]);
  expect(written).not.toEqual([]);
  const undeclared = written.filter((path) => !folders.some(({ prefix }) => path.startsWith(prefix)));
  expect(undeclared).toEqual([]);
});

test('services have permissions for the declared folders only', () => {
  expect(new Set(allFolders)).toEqual(new Set(allDeclarations.flatMap(({ folders }) => folders)));
});
