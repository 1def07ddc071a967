import type { Context } from '../../../domains/accounts/context.ts';
import type { EntryResult } from '../../../domains/consent/bulk/entry-result.ts';
import { consentCode, consentReference, OPT_IN } from '../../../domains/consent/receipt-reference.ts';
import { keepConsentJob } from '../../../domains/receipts/jobs/actions.ts';
import type { Result } from '../../../domains/receipts/jobs/results.ts';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { type Received, receiptHeader, receiptHeaderDescription } from '../../receipts.ts';
import { jobHeader } from '../events/bulk-job.ts';

/** For the `headers` of a route with entries about consent. */
export const entryReceiptDescription = {
  ...receiptHeaderDescription,
  'Tributary-Job': 'With several entries, instead of a receipt: each entry has the receipt `<job>.<index>`.',
};

const REFUSED: EntryResult = { outcome: 'rejected' };

interface Entries {
  readonly isOptIn: boolean;
  /** How many entries the call has. */
  readonly count: number;
  readonly results: ReadonlyMap<number, EntryResult>;
}

/**
 * The header with the receipt of a single entry, which costs no write, or with the job of several. None if all were
 * refused.
 */
export const entryReceipts = async (
  { isOptIn, count, results }: Entries,
  context: Context,
): Promise<Record<string, string>> => {
  if (results.size === 0) return {};
  const source = sourceOfCall('api', context.caller);
  const all = Array.from({ length: count }, (_, position) => results.get(position) ?? REFUSED);
  const [only, other] = all;
  if (only && !other) return receiptHeader(receivedEntry(only, isOptIn), source, context);
  const time = context.now().toISOString();
  const packed = all.map((one) => resultOf(one, isOptIn, time));
  return jobHeader(await keepConsentJob(packed, source, context));
};

const receivedEntry = (one: EntryResult, isOptIn: boolean): Received => {
  const { outcome } = one;
  if ('optInId' in one) return { outcome, item: { type: 'subscription', id: one.optInId } };
  return { outcome, item: { type: 'consent', id: 'profileId' in one ? consentReference(isOptIn, one) : '' } };
};

const resultOf = (one: EntryResult, isOptIn: boolean, time: string): Result => {
  const { outcome } = one;
  if ('optInId' in one) return { outcome, place: { profileId: one.optInId, time, hash: OPT_IN } };
  if (!('profileId' in one)) return { outcome };
  return { outcome, place: { profileId: one.profileId, time, hash: consentCode({ isOptIn, topics: one.topics }) } };
};
