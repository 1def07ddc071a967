import { countries } from '../../profiles/phone.ts';

/** The code of a country given by code or by its English name, as address columns hold either. */
export const countryCode = (text: string | undefined): string | undefined => {
  const given = text?.trim() ?? '';
  if (/^[A-Za-z]{2}$/.test(given)) return given.toUpperCase();
  return codes().get(given.toLowerCase());
};

let byName: ReadonlyMap<string, string> | undefined;

const codes = (): ReadonlyMap<string, string> => {
  if (!byName) {
    const names = new Intl.DisplayNames('en', { type: 'region' });
    byName = new Map(countries().map((code) => [names.of(code)?.toLowerCase() ?? code, code]));
  }
  return byName;
};
