import { createRequire } from 'node:module';

type Library = typeof import('./numbers.ts')['numbers'];

let loaded: Library | undefined;

/** The numbering plans of all countries are large, and few requests name a phone. At once, as rules can't wait. */
const library = (): Library => {
  loaded ??= (createRequire(import.meta.url)('./numbers.ts') as typeof import('./numbers.ts')).numbers;
  return loaded;
};

/** The number in E.164, or undefined where it is none. Numbers without `+` need the country that they are dialled in. */
export const toE164 = (text: string, country?: string): string | undefined => {
  const { isSupportedCountry, parsePhoneNumberFromString } = library();
  const code = country?.trim().toUpperCase();
  const region = code !== undefined && isSupportedCountry(code) ? code : undefined;
  const parsed = parsePhoneNumberFromString(text.trim(), region);
  return parsed?.isValid() ? parsed.number : undefined;
};

/** The codes of all countries that have numbers. */
export const countries = (): readonly string[] => library().getCountries();
