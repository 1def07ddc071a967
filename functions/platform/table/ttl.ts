const DAY_SECONDS = 86_400;

/** The `expiresAt` of an item that DynamoDB deletes so many days after a time, in epoch seconds. */
export const expiryAfterDays = (at: Date, days: number): number =>
  Math.floor(at.getTime() / 1_000) + days * DAY_SECONDS;
