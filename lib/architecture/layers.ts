import type { Import } from './imports.ts';

/** The layers, lowest first. Each may import itself and lower ones. */
export const layers = ['platform', 'model', 'domains', 'api', 'services'] as const;

/** Runs in browsers: it imports no layer, and none imports it. */
const ISOLATED = 'browser';

/** The domains in order. Each may import those before it. */
export const domainOrder = [
  'accounts',
  'erased',
  'receipts',
  'profiles',
  'lists',
  'consent',
  'events',
  'catalog',
  'back-in-stock',
  'forms',
  'integrations',
  'archive',
  'bulk-imports',
  'imports',
  'feeds',
  'product-feeds',
  'webhooks',
  'exports',
  'privacy',
] as const;

/** The layer of a file. `functions/services.ts` belongs to `services`. */
const layerOf = (path: string): string => (path.split('/')[1] ?? '').replace(/\.ts$/, '');
const domainOf = (path: string): string => path.split('/')[2] ?? '';

const rank = (names: readonly string[], name: string): number => {
  const place = names.indexOf(name);
  if (place === -1) throw new Error(`${name} has no place in lib/architecture/layers.ts. Add it there.`);
  return place;
};

/** Imports between the code of the browser and all other code. */
export const isolationBreachesIn = (imports: readonly Import[]): Import[] =>
  imports.filter(({ from, to }) => (layerOf(from) === ISOLATED) !== (layerOf(to) === ISOLATED));

/** Imports of a higher layer or a later domain. */
export const breachesIn = (imports: readonly Import[]): Import[] =>
  imports.filter(({ from, to }) => {
    if (layerOf(from) === ISOLATED || layerOf(to) === ISOLATED) return false;
    const [fromRank, toRank] = [rank(layers, layerOf(from)), rank(layers, layerOf(to))];
    if (layerOf(from) !== 'domains') return fromRank < toRank;
    const place = rank(domainOrder, domainOf(from));
    return fromRank === toRank ? place < rank(domainOrder, domainOf(to)) : fromRank < toRank;
  });

/** HTTP modules that domains may import: the context of a call, its limits, and the entries of a body. */
const ALLOWED_IN_DOMAINS = /^functions\/platform\/http\/(context|throttle|members\/entries|query\/selection)\.ts$/;

/** Imports of other HTTP modules by domains. */
export const httpInDomains = (imports: readonly Import[]): Import[] =>
  imports.filter(
    ({ from, to }) =>
      layerOf(from) === 'domains' && to.startsWith('functions/platform/http/') && !ALLOWED_IN_DOMAINS.test(to),
  );
