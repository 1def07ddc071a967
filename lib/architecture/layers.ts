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
    if (above !== below) return above < below;
    return layerOf(from) === 'domains' && rank(domainOrder, domainOf(from)) < rank(domainOrder, domainOf(to));
  });

/** What the rules in `domains` know nothing of: how callers see them. */
const HTTP = /^functions\/platform\/http\/(answer\/jsonapi|protocol|route|serve|parse)\.ts$/;

/** Domains that declare routes or make documents of JSON:API. */
export const httpInDomains = (imports: readonly Import[]): Import[] =>
  imports.filter(({ from, to }) => layerOf(from) === 'domains' && HTTP.test(to));
