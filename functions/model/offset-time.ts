/** A time in UTC as Klaviyo's API writes it: `+00:00` in place of `Z`. Times are stored as they sort. */
export const offsetTime = (time: string): string => time.replace(/Z$/, '+00:00');

export const offsetTimeOrNull = (time: string | undefined): string | null =>
  time === undefined ? null : offsetTime(time);
