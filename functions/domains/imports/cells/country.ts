import { createRequire } from 'node:module';

type Names = typeof import('./country-names.ts');

let loaded: Names | undefined;

/**
 * The code of a country that an address column gives by a code of ISO 3166-1, or by its name in any language of Excel. All
 * names are loaded when a row first gives one: few requests do.
 */
export const countryCode = (text: string | undefined): string | undefined => {
  if (text === undefined || text.trim() === '') return undefined;
  loaded ??= createRequire(import.meta.url)('./country-names.ts') as Names;
  return loaded.countryNamed(text);
};
