import type { Context } from '../../../domains/accounts/context.ts';
import { CODE_LENGTH, readConsentCode } from '../../../domains/consent/receipt-reference.ts';
import { JobKind, suppressionJobs } from '../../../domains/consent/suppressions/job.ts';
import { parseEventId } from '../../../domains/events/records/event-id.ts';
import type { ItemType } from '../../../domains/receipts/item.ts';
import { findJob } from '../../../domains/receipts/jobs/actions.ts';
import { unpackResults } from '../../../domains/receipts/jobs/results.ts';
import { outcomes } from '../../../domains/receipts/outcome.ts';
import { openReceipt } from '../../../domains/receipts/token.ts';
import { ApiError } from '../../../platform/errors.ts';
import { findConsents } from './find-consent.ts';
import { findEntry } from './find-entry.ts';
import { findEvent } from './find-event.ts';
import { findProfileOfReceipt, findToken } from './find-profile.ts';
import { findDelivery, findRejection } from './find-rejected.ts';
import { findSubscription } from './find-subscription.ts';
import type { Found, Place, Recorded } from './found.ts';

/** A receipt with what is stored now. */
export interface Receipt extends Place {
  readonly id: string;
  readonly itemType: ItemType;
  readonly outcome: Found['outcome'];
  readonly source: string;
  readonly receivedAt: Date;
}

/** @throws ApiError `not_found` if this account has no such receipt */
export const readReceipt = async (id: string, context: Context): Promise<Receipt> => {
  const [, job, index] = /^(\w{26})\.(\d{1,4})$/.exec(id) ?? [];
  const receipt =
    job === undefined ? await readToken(id, context) : await readOfJob({ id, job, index: Number(index) }, context);
  if (!receipt) throw new ApiError('not_found', { detail: `There is no receipt ${id.slice(0, 100)}.` });
  return receipt;
};

const readToken = async (id: string, context: Context): Promise<Receipt | undefined> => {
  const contents = await openReceipt(id, context);
  if (!contents) return undefined;
  const { item, outcome, source, receivedAt } = contents;
  const found =
    item.id === '' ? { outcome } : await finders[item.type](item.id, { outcome, receivedAt, source }, context);
  return { id, itemType: item.type, source, receivedAt, ...found };
};

type Finder = (id: string, recorded: Recorded, context: Context) => Promise<Found>;

const findConsent: Finder = async (id, { outcome }, context) => {
  const asked = readConsentCode(id.slice(0, CODE_LENGTH));
  if (!asked) return { outcome };
  const { topics, isOptIn } = asked;
  return findConsents([{ profileId: id.slice(CODE_LENGTH), topics }], { outcome, isOptIn }, context);
};

const finders: { readonly [type in ItemType]: Finder } = {
  event: async (id, { outcome }, context) => {
    const place = parseEventId(id);
    return place ? findEvent(place, outcome, context) : { outcome };
  },
  profile: findProfileOfReceipt,
  'push-token': findToken,
  subscription: findSubscription,
  consent: findConsent,
  // In jobs only.
  membership: async (_, { outcome }) => ({ outcome }),
  // Addresses are not kept with their job: what became of them then is all.
  suppression: async (_, { outcome }) => ({ outcome }),
  delivery: findDelivery,
  'rejected-item': findRejection,
};

interface OfJob {
  readonly id: string;
  readonly job: string;
  readonly index: number;
}

const readOfJob = async ({ id, job: jobId, index }: OfJob, context: Context): Promise<Receipt | undefined> => {
  const job = await findJob(jobId, context);
  if (!job) return readOfSuppressionJob({ id, job: jobId, index }, context);
  const result = unpackResults(job.results)[index];
  if (!result) return undefined;
  const { outcome, place } = result;
  const recorded = { outcome, source: job.source, receivedAt: new Date(job.receivedAt) };
  if (job.kind !== undefined) return { id, ...recorded, ...(await findEntry(result, job, recorded, context)) };
  const found = place ? await findEvent(place, outcome, context) : {};
  return { id, itemType: 'event', ...recorded, ...found };
};

const readOfSuppressionJob = async (
  { id, job: jobId, index }: OfJob,
  { account, table }: Context,
): Promise<Receipt | undefined> => {
  const keys = JobKind.options.map((kind) => ({ account, kind, id: jobId }));
  const job = (await table.getMany(suppressionJobs, keys)).find((one) => one !== undefined);
  const outcome = outcomes[Number(job?.results?.[index] ?? '-')];
  if (!job || outcome === undefined) return undefined;
  return { id, itemType: 'suppression', outcome, source: 'api', receivedAt: new Date(job.createdAt) };
};
