import type { ProfileTopics } from './owners.ts';

/** What became of one entry of a bulk request. */
export type EntryResult =
  /** The consent of the first profile that it concerns. `duplicate`: nothing changed. */
  | ({ readonly outcome: 'stored' | 'duplicate' } & ProfileTopics)
  /** The owner of the address has to confirm it. */
  | { readonly outcome: 'stored'; readonly optInId: string }
  /** `suppressed`: the address gets no confirmation mail. */
  | { readonly outcome: 'suppressed' | 'rejected' | 'erased' };
