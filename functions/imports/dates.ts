const ISO =
  /^(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})(?:[ T](?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?)?\s*(?<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;
const AMERICAN =
  /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4}|\d{2})(?:[ ,T]+(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?\s*(?<half>[AP]M)?)?\s*(?<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;
const SECONDS = /^\d{9,10}(\.\d{1,6})?$/;
const MILLISECONDS = /^\d{12,13}$/;

/**
 * The formats that Klaviyo's uploads take (help.klaviyo.com/hc/en-us/articles/115005251128) and the time as Shopify
 * writes it. Without a zone it is UTC, without a time midnight; 05/06/2026 is the 6th of May.
 */
export const toDate = (text: string): Date | undefined => {
  const given = text.trim();
  if (SECONDS.test(given)) return new Date(Math.round(Number(given) * 1_000));
  if (MILLISECONDS.test(given)) return new Date(Number(given));
  const parts = (ISO.exec(given) ?? AMERICAN.exec(given))?.groups;
  return parts && assembled(parts);
};

type Parts = Readonly<Record<string, string | undefined>>;

const assembled = ({ year, month, day, hour, minute, second, fraction, half, zone }: Parts): Date | undefined => {
  const h = hourOf(Number(hour ?? 0), half);
  const numbers = { year: yearOf(year ?? ''), month: Number(month), day: Number(day) };
  if (h === undefined || h > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return undefined;
  const ms = Math.floor(Number(`0.${fraction ?? 0}`) * 1_000);
  const date = new Date(
    Date.UTC(numbers.year, numbers.month - 1, numbers.day, h, Number(minute ?? 0), Number(second ?? 0), ms),
  );
  // Date turns 30 February into 2 March.
  if (date.getUTCMonth() + 1 !== numbers.month || date.getUTCDate() !== numbers.day) return undefined;
  return new Date(date.getTime() - offsetMs(zone));
};

const yearOf = (text: string): number => {
  const year = Number(text);
  if (text.length === 4) return year;
  return year < 70 ? 2000 + year : 1900 + year;
};

const hourOf = (hour: number, half: string | undefined): number | undefined => {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
};

const offsetMs = (zone: string | undefined): number => {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (!found) return 0;
  const [, sign, hours, minutes] = found;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
};
