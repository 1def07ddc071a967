import type { ProfileTopics } from './owners.ts';

/** What an entry of a bulk request concerns: the consent of a profile, or an opt-in that is to be confirmed. */
export type EntryPart = ProfileTopics | { readonly optInId: string };

/**
 * What became of one entry of a bulk request, and of which parts. `duplicate`: nothing changed. `suppressed`: the
 * address gets no confirmation mail.
 */
export interface EntryResult {
  readonly outcome: 'stored' | 'duplicate' | 'suppressed' | 'rejected' | 'erased';
  readonly parts: readonly EntryPart[];
}

/** By the position of each entry. What became of its parts is one result, `stored` if any was. */
export const combineResults = (
  results: readonly (readonly [position: number, result: EntryResult])[],
): ReadonlyMap<number, EntryResult> => {
  const combined = new Map<number, EntryResult>();
  for (const [position, one] of results) {
    const before = combined.get(position);
    const outcome = before?.outcome === 'stored' ? 'stored' : one.outcome;
    combined.set(position, { outcome, parts: [...(before?.parts ?? []), ...one.parts] });
  }
  return combined;
};
