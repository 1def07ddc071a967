/** Formats a stored UTC time like Klaviyo's API: with `+00:00` instead of `Z`. */
export const withUtcOffset = (time: string): string => time.replace(/Z$/, '+00:00');

export const withUtcOffsetOrNull = (time: string | undefined): string | null =>
  time === undefined ? null : withUtcOffset(time);
