import type { Import } from './imports.ts';

/** From the lowest to the highest: each may import itself and those before it. */
export const layers = ['platform', 'model', 'domains', 'api', 'services'] as const;

/** The domains in their order: each may import those before it. */
export const domainOrder = [
  'accounts',
  'erased',
  'profiles',
  'lists',
  'consent',
  'events',
  'archive',
  'bulk-imports',
  'imports',
  'privacy',
] as const;

/** `functions/services.ts` lists what `functions/services/` holds. */
const layerOf = (path: string): string => (path.split('/')[1] ?? '').replace(/\.ts$/, '');
const domainOf = (path: string): string => path.split('/')[2] ?? '';

const rank = (names: readonly string[], name: string): number => {
  const place = names.indexOf(name);
  if (place === -1) throw new Error(`${name} has no place in lib/architecture/layers.ts: give it one.`);
  return place;
};

/** Imports that go up. */
export const breachesIn = (imports: readonly Import[]): Import[] =>
  imports.filter(({ from, to }) => {
    const [above, below] = [rank(layers, layerOf(from)), rank(layers, layerOf(to))];
    if (layerOf(from) !== 'domains') return above < below;
    const place = rank(domainOrder, domainOf(from));
    return above === below ? place < rank(domainOrder, domainOf(to)) : above < below;
  });

/** Of HTTP a domain knows what a call is given, its limits, and the entries of a body. */
const KNOWN_TO_DOMAINS = /^functions\/platform\/http\/(context|throttle|members\/entries|query\/selection)\.ts$/;

/** Domains that know more of how callers see them: routes, documents, forms. */
export const httpInDomains = (imports: readonly Import[]): Import[] =>
  imports.filter(
    ({ from, to }) =>
      layerOf(from) === 'domains' && to.startsWith('functions/platform/http/') && !KNOWN_TO_DOMAINS.test(to),
  );
