import { expect, test } from 'vitest';
import { startImports } from '../imports/start-imports.ts';
import { exported, filledShop, type Shop, sorted } from './shop.ts';

/** Imports a file that was exported, under a later time than all that it tells. */
const importInto = async (shop: Shop, as: 'profiles' | 'events', name: string, text: string) => {
  const { attributes } = await shop.drop(`${as}/${name}.csv`, text);
  if (attributes.failed_count > 0) throw new Error((await shop.report(`${as}/${name}.errors.csv`)) ?? '');
  return attributes;
};

test('profiles, lists, events and consent are the same after an import into an empty account', async () => {
  const source = await filledShop();
  const destination = await startImports();
  destination.advance(120_000);
  for (const kind of ['consent', 'profiles', 'lists', 'events']) {
    const before = await exported(source, kind);
    await importInto(destination, kind === 'events' ? 'events' : 'profiles', kind, before);
    destination.advance(1_000);
    expect(sorted(await exported(destination, kind)), kind).toEqual(sorted(before));
  }
  // What was imported twice or by another file is stored once.
  for (const kind of ['profiles', 'lists', 'events'])
    expect(sorted(await exported(destination, kind)), kind).toEqual(sorted(await exported(source, kind)));
});
