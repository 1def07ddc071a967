import { createRequire } from 'node:module';

type Names = typeof import('./country-names.ts');

let loaded: Names | undefined;

/**
 * Returns the code of a country from a code of ISO 3166-1, or from its name in any language of Excel. The names are
 * loaded on first use, since few requests need them.
 */
export const countryCode = (text: string | undefined): string | undefined => {
  if (text === undefined || text.trim() === '') return undefined;
  loaded ??= createRequire(import.meta.url)('./country-names.ts') as Names;
  return loaded.countryNamed(text);
};
