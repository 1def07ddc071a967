import { hash } from 'node:crypto';
import * as v from 'valibot';
import { hourOf } from '../../../model/time.ts';
import type { Change } from '../../../platform/changes/change.ts';
import { decimalText, parseDecimal, toBillionths } from './decimal.ts';
import { slotOf } from './slots.ts';

/** What one version of a stored event adds to the totals, or takes from them when it is removed. */
export interface Contribution {
  readonly metricId: string;
  readonly slot: number;
  readonly sign: '+' | '-';
  readonly id: string;
  readonly value: bigint;
}

export interface HourContribution extends Contribution {
  readonly account: string;
  /** The hour of receipt, or that of the removal. */
  readonly hour: string;
}

/** 48 bits in base64. Two of a million in one hour have the same id with a probability of 0.2 %. */
const ID_LENGTH = 8;

/** What is needed of an event. Older events have no nonce. */
const CountedEvent = v.object({
  pk: v.optional(v.string()),
  account: v.string(),
  metricId: v.string(),
  time: v.string(),
  receivedAt: v.string(),
  nonce: v.optional(v.string()),
  origin: v.optional(v.string()),
  value: v.optional(v.number()),
});
type CountedEvent = v.InferOutput<typeof CountedEvent>;

/**
 * What a change of an event contributes. The id follows from the stored event, not from the change: so a reading of the
 * table contributes the same as the stream. `withAddition`: a removed event contributes its addition as well, in case
 * nobody has counted it.
 *
 * @throws ValiError for an item that is no event
 */
export const contributionsOf = (
  { key, at, before, after }: Pick<Change, 'key' | 'at' | 'before' | 'after'>,
  { withAddition }: { readonly withAddition: boolean },
): HourContribution[] => {
  const removed = before && v.parse(CountedEvent, before);
  const added = after && v.parse(CountedEvent, after);
  const removedId = removed && versionId(key, removed);
  const addedId = added && versionId(key, added);
  if (removedId === addedId) return [];
  return [
    ...(added && addedId !== undefined ? [contribution(added, { id: addedId, sign: '+', at: added.receivedAt })] : []),
    ...(removed && removedId !== undefined
      ? [
          ...(withAddition ? [contribution(removed, { id: removedId, sign: '+', at: removed.receivedAt })] : []),
          contribution(removed, { id: removedId, sign: '-', at }),
        ]
      : []),
  ];
};

const versionId = ({ pk, sk }: Change['key'], { receivedAt, nonce, origin, value }: CountedEvent): string =>
  hash('sha256', JSON.stringify([pk, sk, receivedAt, nonce ?? origin ?? '', value ?? '']), 'base64').slice(
    0,
    ID_LENGTH,
  );

const contribution = (
  { account, metricId, time, value }: CountedEvent,
  { id, sign, at }: Pick<Contribution, 'id' | 'sign'> & { readonly at: string },
): HourContribution => ({
  account,
  hour: hourOf(at),
  metricId,
  slot: slotOf(Date.parse(time)),
  sign,
  id,
  value: value === undefined ? 0n : toBillionths(value),
});

const METRIC = '@';
const RADIX = 36;

/**
 * Packs contributions into a text: a line for each metric, and below it a line for each slot and sign, with the ids and,
 * if there are any, the values.
 */
export const packContributions = (all: readonly Contribution[]): string =>
  [...Map.groupBy(all, ({ metricId }) => metricId)]
    .flatMap(([metricId, ofMetric]) => [METRIC + metricId, ...linesOf(ofMetric)])
    .join('\n');

const linesOf = (ofMetric: readonly Contribution[]): string[] =>
  [...Map.groupBy(ofMetric, ({ slot, sign }) => `${sign}${slot.toString(RADIX)}`)].map(([label, some]) => {
    const ids = some.map(({ id }) => id).join('');
    const hasValues = some.some(({ value }) => value !== 0n);
    return `${label} ${ids}${hasValues ? ` ${some.map(({ value }) => (value === 0n ? '' : decimalText(value))).join()}` : ''}`;
  });

/** Unpacks contributions: those of one metric, or all. */
export function* unpackContributions(packed: string, only?: string): Generator<Contribution> {
  let metricId = '';
  for (const line of packed.split('\n')) {
    if (line.startsWith(METRIC)) metricId = line.slice(METRIC.length);
    else if (only === undefined || metricId === only) yield* contributionsIn(line, metricId);
  }
}

function* contributionsIn(line: string, metricId: string): Generator<Contribution> {
  const [label = '', ids = '', values] = line.split(' ');
  const slot = Number.parseInt(label.slice(1), RADIX);
  const sign = label.startsWith('-') ? '-' : '+';
  const each = values?.split(',');
  for (let at = 0; at * ID_LENGTH < ids.length; at++) {
    const id = ids.slice(at * ID_LENGTH, (at + 1) * ID_LENGTH);
    const value = each?.[at];
    yield { metricId, slot, sign, id, value: value ? parseDecimal(value) : 0n };
  }
}
