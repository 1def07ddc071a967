import isoCodes from 'i18n-iso-countries/codes.json' with { type: 'json' };

/** Loaded by `country.ts` on the first country. */
export const countryNamed = (text: string): string | undefined => {
  const name = fold(text);
  if (name === '') return undefined;
  const code = codes().get(name) ?? named(ENGLISH).get(name);
  // Two letters may be a region such as EU, which has no phone numbers.
  return code ?? (/^[a-z]{2}$/.test(name) ? name.toUpperCase() : inOtherLanguages(name));
};

/** Removes accents, dots and the article: U.S.A., The Netherlands, Espana. */
const fold = (text: string): string =>
  text
    .slice(0, 100)
    .normalize('NFD')
    .replaceAll(/[\p{M}\p{Cf}.]/gu, '')
    .toLowerCase()
    .replaceAll(/[’'`]/g, ' ')
    .replaceAll(/[\s_-]+/g, ' ')
    .trim()
    .replace(/^the /, '');

/** Common names that the Unicode data lacks. */
const aliases: Readonly<Record<string, string>> = {
  uk: 'GB',
  'great britain': 'GB',
  britain: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  'united kingdom of great britain and northern ireland': 'GB',
  grossbritannien: 'GB',
  'united states of america': 'US',
  'united states (us)': 'US',
  'united kingdom (uk)': 'GB',
  'vereinigte staaten von amerika': 'US',
  america: 'US',
  el: 'GR',
  brd: 'DE',
  'federal republic of germany': 'DE',
  'bundesrepublik deutschland': 'DE',
  holland: 'NL',
  'republic of ireland': 'IE',
  'czech republic': 'CZ',
  'tschechische republik': 'CZ',
  'slovak republic': 'SK',
  turkey: 'TR',
  'russian federation': 'RU',
  'korea, republic of': 'KR',
  'republic of korea': 'KR',
  korea: 'KR',
  'viet nam': 'VN',
  uae: 'AE',
  ksa: 'SA',
  'ivory coast': 'CI',
  macedonia: 'MK',
  swaziland: 'SZ',
  'cape verde': 'CV',
  burma: 'MM',
  'east timor': 'TL',
  'taiwan, province of china': 'TW',
  'hong kong sar': 'HK',
  "people's republic of china": 'CN',
  prc: 'CN',
  suisse: 'CH',
  svizzera: 'CH',
};

/** The languages of the pages and of Excel. */
const ENGLISH = 'en';
const LANGUAGES =
  'de fr es it nl pt pl pt-PT da sv nb fi cs sk hu ro bg hr sl sr et lv lt el tr ru uk he ar hi th vi id ms ja ko zh zh-TW ca eu gl'.split(
    ' ',
  );

let known: ReadonlyMap<string, string> | undefined;

/** Codes of two letters, three letters or three digits. `UK` and `EL` are reserved codes with a common meaning. */
const codes = (): ReadonlyMap<string, string> => {
  known ??= new Map([
    ...isoCodes.flatMap(([two = '', three = '', digits = '']) =>
      [two, three, digits].map((code): [string, string] => [code.toLowerCase(), two]),
    ),
    ...Object.entries(aliases).map(([name, code]): [string, string] => [fold(name), code]),
  ]);
  return known;
};

const byLanguage = new Map<string, ReadonlyMap<string, string>>();

const named = (language: string): ReadonlyMap<string, string> => {
  const before = byLanguage.get(language);
  if (before) return before;
  const styles = (['long', 'short'] as const).map(
    (style) => new Intl.DisplayNames(language, { type: 'region', style, fallback: 'none' }),
  );
  const names = new Map(
    styles.flatMap((style) =>
      isoCodes.flatMap(([code = '']): [string, string][] => {
        const name = style.of(code);
        return name === undefined ? [] : [[fold(name), code]];
      }),
    ),
  );
  byLanguage.set(language, names);
  return names;
};

const others = new Map<string, string | undefined>();
const MAX_REMEMBERED = 10_000;

/** Cached, since most files repeat few names. */
const inOtherLanguages = (name: string): string | undefined => {
  if (others.has(name)) return others.get(name);
  const found = LANGUAGES.map((language) => named(language).get(name)).find((code) => code !== undefined);
  if (others.size < MAX_REMEMBERED) others.set(name, found);
  return found;
};
