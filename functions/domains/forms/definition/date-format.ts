const FORMAT = /^(?:MM|DD|YYYY)(?:[./-](?:MM|DD|YYYY)){1,2}\.?$/;

/** Whether it names month and day once, and perhaps the year. */
export const isDateFormat = (format: string): boolean => {
  const tokens = format.split(/[./-]/).filter((token) => token !== '');
  return (
    FORMAT.test(format) && ['MM', 'DD'].every((name) => tokens.includes(name)) && new Set(tokens).size === tokens.length
  );
};

/** Any leap year: without a year, 29 February is a date. */
const LEAP_YEAR = 2000;

/**
 * Reads a date in a format, or in ISO 8601 as browsers send it. Returns `YYYY-MM-DD`, or `MM-DD` if the format has no
 * year. Undefined if there is no such day.
 */
export const parseDate = (text: string, format: string): string | undefined => {
  const hasYear = format.includes('YYYY');
  const isIso = hasYear && /^\d{4}-\d\d-\d\d$/.test(text);
  const order = (isIso ? 'YYYY-MM-DD' : format).split(/[./-]/).filter((token) => token !== '');
  const numbers = text.trim().replace(/\.$/, '').split(/[./-]/);
  if (numbers.length !== order.length || !numbers.every((part) => /^\d{1,4}$/.test(part))) return undefined;
  const part = (token: string): number => Number(numbers[order.indexOf(token)]);
  const [year, month, day] = [hasYear ? part('YYYY') : LEAP_YEAR, part('MM'), part('DD')];
  const date = new Date(Date.UTC(year, month - 1, day));
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || year < 1000) return undefined;
  const iso = date.toISOString().slice(0, 10);
  return hasYear ? iso : iso.slice(5);
};
