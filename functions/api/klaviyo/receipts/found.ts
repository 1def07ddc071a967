import { outcomes } from '../../../domains/receipts/outcome.ts';

/**
 * What became of an item, as of now. `expired`: it was stored, and is older than it is kept. `removed`: it was stored, and
 * removed since, but the person is still there.
 */
export const foundOutcomes = [...outcomes, 'expired', 'removed'] as const;

/** Where an item is now. */
export interface Place {
  readonly profileId?: string;
  readonly eventId?: string;
  readonly pushTokenId?: string;
}

export interface Found extends Place {
  readonly outcome: (typeof foundOutcomes)[number];
}
