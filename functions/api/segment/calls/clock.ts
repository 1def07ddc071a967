interface Times {
  /** What the client calls `timestamp`, by its own clock. */
  readonly original: Date | undefined;
  /** When the client sent the call, by the same clock. */
  readonly sentAt: Date | undefined;
  readonly receivedAt: Date;
}

/** The time of a call by our clock: the time that passed before it was sent, counted back from its arrival. */
export const correctTime = ({ original, sentAt, receivedAt }: Times): Date | undefined => {
  if (!original || !sentAt) return original;
  const corrected = new Date(receivedAt.getTime() - (sentAt.getTime() - original.getTime()));
  return Number.isNaN(corrected.getTime()) ? original : corrected;
};
