/** The languages of the pages and of known headers. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl'];

const plain = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}|\./gu, '');

const months = new Map<string, number>();

/** Reads month names from ICU: inside a date and standalone, long and short. Called on the first month name. */
const readMonths = (): void => {
  for (const language of LANGUAGES)
    for (const month of ['long', 'short'] as const)
      for (const day of ['numeric', undefined] as const) {
        const format = new Intl.DateTimeFormat(language, { month, day, timeZone: 'UTC' });
        for (let number = 1; number <= 12; number++) {
          const parts = format.formatToParts(Date.UTC(2026, number - 1, 1));
          months.set(plain(parts.find(({ type }) => type === 'month')?.value ?? ''), number);
        }
      }
  // ICU does not shorten these.
  for (const [name, number] of [['sept', 9] as const, ['set', 9] as const, ['mrz', 3] as const])
    months.set(name, number);
};

/** Returns the number of a month, from 1, by its name in one of these languages. */
export const monthNamed = (name: string): number | undefined => {
  if (months.size === 0) readMonths();
  return months.get(plain(name));
};
