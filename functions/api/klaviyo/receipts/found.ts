import type { Status, Topic } from '../../../domains/consent/records/consent.ts';
import { type Outcome, outcomes } from '../../../domains/receipts/outcome.ts';

/**
 * What became of an item, as of now. `expired`: it was stored, and is older than it is kept. `removed`: it was stored,
 * and removed since, but the person is still there. `pending`: a worker or the person has to complete it.
 */
export const foundOutcomes = [...outcomes, 'expired', 'removed', 'pending'] as const;

/** The consent to one topic, as it is now. */
export interface FoundConsent extends Topic {
  readonly profileId: string;
  readonly status: Status;
  readonly at: string;
  /** The newest entry of the ledger. */
  readonly entryId: string;
}

/** Whether a profile is on a list now. */
export interface FoundMembership {
  readonly listId: string;
  readonly profileId: string;
  /** Absent if it is not on the list. */
  readonly joinedAt?: string | undefined;
}

/** What was known when the response was sent. */
export interface Recorded {
  readonly outcome: Outcome;
  readonly receivedAt: Date;
  readonly source: string;
}

/** Where an item is now. */
export interface Place {
  readonly profileId?: string;
  /** All profiles of an entry that concerns several. */
  readonly profileIds?: readonly string[];
  readonly eventId?: string;
  readonly pushTokenId?: string;
  readonly listId?: string;
  readonly rejectedItemId?: string;
  readonly consent?: readonly FoundConsent[];
  readonly memberships?: readonly FoundMembership[];
  /** Why it was not stored, or has no effect. */
  readonly reasons?: readonly { readonly detail: string; readonly pointer?: string | undefined }[];
}

export interface Found extends Place {
  readonly outcome: (typeof foundOutcomes)[number];
}
