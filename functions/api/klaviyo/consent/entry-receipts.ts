import type { Context } from '../../../domains/accounts/context.ts';
import type { EntryPart, EntryResult } from '../../../domains/consent/bulk/entry-result.ts';
import { consentCode, consentReference, OPT_IN } from '../../../domains/consent/receipt-reference.ts';
import { keepPeopleJob } from '../../../domains/receipts/jobs/actions.ts';
import type { Other, Result } from '../../../domains/receipts/jobs/results.ts';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { RECEIPT, type Received, receiptHeader, receiptHeaderDescription } from '../../receipts.ts';
import { jobHeader } from '../events/bulk-job.ts';

/** For the `headers` of a route with entries about consent. */
export const entryReceiptDescription = {
  ...receiptHeaderDescription,
  'Tributary-Job': 'With several entries, instead of a receipt: each entry has the receipt `<job>.<index>`.',
};

const REFUSED: EntryResult = { outcome: 'rejected', parts: [] };

interface Entries {
  readonly isOptIn: boolean;
  /** How many entries the call has. */
  readonly count: number;
  readonly results: ReadonlyMap<number, EntryResult>;
  /** The list that the people join or leave. */
  readonly listId: string | undefined;
}

/**
 * The header with the receipt of a single entry, or with the job of several. None if all were refused. The receipt of
 * consent of one profile costs no write; that of more is kept as a job.
 */
export const entryReceipts = async (
  { isOptIn, count, results, listId }: Entries,
  context: Context,
): Promise<Record<string, string>> => {
  if (results.size === 0) return {};
  const source = sourceOfCall('api', context.caller);
  const all = Array.from({ length: count }, (_, position) => results.get(position) ?? REFUSED);
  const [only, other] = all;
  if (only && !other && only.parts.length <= 1 && listId === undefined)
    return receiptHeader(receivedEntry(only, isOptIn), source, context);
  const time = context.now().toISOString();
  const packed = all.map((one) => resultOf(one, isOptIn, time));
  const job = { source, kind: 'consent', ...(listId !== undefined && { listId }) } as const;
  return entryHeader(await keepPeopleJob(packed, job, context), count);
};

/** The header with the job of the entries of a call, or with the receipt of the only one. */
export const entryHeader = (job: string, count: number): Record<string, string> =>
  count === 1 ? { [RECEIPT]: `${job}.0` } : jobHeader(job);

const receivedEntry = ({ outcome, parts: [part] }: EntryResult, isOptIn: boolean): Received => {
  if (part && 'optInId' in part) return { outcome, item: { type: 'subscription', id: part.optInId } };
  return { outcome, item: { type: 'consent', id: part ? consentReference(isOptIn, part) : '' } };
};

const resultOf = ({ outcome, parts }: EntryResult, isOptIn: boolean, time: string): Result => {
  const [first, ...others] = parts.map((part) => placeOf(part, isOptIn));
  return { outcome, ...(first && { place: { ...first, time }, others }) };
};

const placeOf = (part: EntryPart, isOptIn: boolean): Other =>
  'optInId' in part
    ? { profileId: part.optInId, hash: OPT_IN }
    : { profileId: part.profileId, hash: consentCode({ isOptIn, topics: part.topics }) };
