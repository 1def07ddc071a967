const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:(Z)|([+-])(\d\d):?(\d\d)?)?)?$/i;

/** Whether a text is a day such as 1990-12-31, and one that the calendar has: JavaScript takes 02-30 for 03-02. */
export const isCalendarDay = (text: string): boolean => {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text) : undefined;
  return day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};

/** A day, or a time of ISO 8601: UTC where it names no offset. Undefined where it is none. */
export const parseIsoTime = (text: string): Date | undefined => {
  const parts = ISO.exec(text.trim());
  if (!parts) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = parts;
  const [sign, hours = '0', minutes = '0'] = parts.slice(9);
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const isReal =
    new Date(local).toISOString().startsWith(`${year}-${month}-${day}`) && Number(minute) < 60 && Number(second) < 60;
  if (!isReal || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return new Date(local + ms - offset);
};
