import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { hourOf } from '../../../model/time.ts';
import type { Change } from '../../../platform/changes/change.ts';
import { eventJobs } from '../jobs/event-job.ts';
import { outcomes } from '../outcome.ts';
import { rejectedItems } from '../rejected/store.ts';
import { sourceOfEvent } from '../source.ts';
import { receipts } from '../store.ts';
import { type Contribution, ID_LENGTH, type Label } from './labels.ts';

/** The type of the items of events, which are of a later domain. */
const EVENT = 'event';

/** The items that are counted. */
export const countedTypes = [EVENT, eventJobs.type, receipts.type, rejectedItems.type];

/** What counting needs of the items: the rest is not sent. */
export const countedAttributes = [
  'type',
  'account',
  'source',
  'origin',
  'metricId',
  'receivedAt',
  'replaces',
  'unstored',
  'count',
];

const Counted = v.object({
  type: v.string(),
  account: v.string(),
  source: v.optional(v.string()),
  origin: v.optional(v.string()),
  metricId: v.optional(v.string(), ''),
  receivedAt: v.string(),
  /** It is stored instead of a public event. */
  replaces: v.optional(v.boolean(), false),
  unstored: v.optional(v.record(v.string(), v.number()), {}),
  count: v.optional(v.number(), 1),
});
type Counted = v.InferOutput<typeof Counted>;

export interface CountedChange {
  readonly account: string;
  readonly hour: string;
  readonly contributions: readonly Contribution[];
}

/** What a change adds to the counts. @throws ValiError for an item that is none of ours */
export const countedChange = ({ kind, key, position, after }: Change): CountedChange => {
  const item = v.parse(Counted, after);
  const id = createHash('sha256')
    .update(JSON.stringify([key.pk, key.sk, position]))
    .digest('base64')
    .slice(0, ID_LENGTH);
  const source = sourceOfEvent(item);
  return {
    account: item.account,
    hour: hourOf(item.receivedAt),
    contributions: labelsOf(item, kind).map((label) => ({ ...label, source, id })),
  };
};

type SourcelessLabel = Omit<Label, 'source'> & Pick<Contribution, 'count'>;

const labelsOf = ({ type, metricId, replaces, unstored, count }: Counted, kind: Change['kind']): SourcelessLabel[] => {
  if (type === EVENT) {
    // Only a replacement changes an event.
    if (kind === 'updated' && !replaces) return [];
    const stored = { metricId, outcome: 'stored', count: 1 } as const;
    return replaces ? [stored, { ...stored, outcome: 'replaced' }] : [stored];
  }
  if (kind !== 'inserted') return [];
  if (type === rejectedItems.type) return [{ metricId: '', outcome: 'rejected', count }];
  return Object.entries(unstored).flatMap(([label, n]) => {
    const [metric = '', outcome] = label.split(' ');
    const known = outcomes.find((one) => one === outcome);
    return known ? [{ metricId: metric, outcome: known, count: n }] : [];
  });
};
