const ISO_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(?:(Z)|([+-])(\d\d):?(\d\d)?)?)?$/i;

/** Whether a text is a date of the calendar, such as 1990-12-31. JavaScript alone would read 02-30 as 03-02. */
export const isCalendarDay = (text: string): boolean => {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text) : undefined;
  return day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};

/** Parses an ISO 8601 date or time; without an offset it is UTC. Returns undefined for anything else. */
export const parseIsoTime = (text: string): Date | undefined => {
  const parts = ISO_TIME.exec(text.trim());
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
