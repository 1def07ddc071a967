import { hash } from 'node:crypto';
import { decodeTime, encodeTime } from 'ulid';
import { ApiError } from '../../../platform/errors.ts';
import { type Address, type Consent, type ConsentChange, type LedgerEntry, sharing, type Topic } from './consent.ts';

/** What a change does to the state of its topic. */
export type Decision =
  | { readonly kind: 'already' | 'ignored' }
  /** Delivered before, and still the newest. */
  | { readonly kind: 'repeated' }
  /** `next` is undefined if a newer change is known. */
  | { readonly kind: 'record'; readonly entry: Omit<LedgerEntry, 'account'>; readonly next?: Omit<Consent, 'account'> };

interface DecisionContext {
  readonly recordedAt: string;
  readonly newId: (at?: Date) => string;
  /** The effective state if profiles were merged. @default `current` */
  readonly effective?: Consent | undefined;
  /** When the last profile was merged. A change that happens now must be later. */
  readonly lastMergeAt?: string | undefined;
}

/**
 * Decides what a change does. The newest change wins, by the time at which consent was given or withdrawn. At the same
 * time, the greater entry id wins, which is also the order of the ledger.
 */
export const decide = (
  current: Consent | undefined,
  change: ConsentChange,
  { recordedAt, newId, effective = current, lastMergeAt }: DecisionContext,
): Decision => {
  const { profileId, channel, type, to, address, evidence, listId, entryId } = change;
  const isNow = entryId === undefined;
  if (to === 'NEVER_SUBSCRIBED') return { kind: current ? 'ignored' : 'already' };
  if (evidence.method === GPC && effective?.status === 'SUBSCRIBED' && overridesGpc(effective))
    return { kind: 'ignored' };
  if (isNow && effective && isSameStatement(effective, change) && !isNewOptOut(effective, change))
    return { kind: 'already' };

  const at = isNow ? orderedTime(change.at, [current?.at, effective?.at, lastMergeAt]) : change.at;
  const content = ['consent', entryId ?? '', profileId, channel, type, to, addressString(address)];
  const id = isNow ? newId(at) : deterministicId(at, content, change.order);
  const time = at.toISOString();
  const isOptIn = change.isWeak && to === 'SUBSCRIBED';
  if (isOptIn && effective?.status === 'UNSUBSCRIBED' && !isOfLaterRow(effective, { ...change, id, time }))
    return { kind: 'ignored' };
  if (current?.entryId === id) return { kind: 'repeated' };

  if (current && isRepeated(current, { ...change, id, time }) && isSameStatement(current, change))
    return { kind: 'already' };
  const isLate = current !== undefined && sortString(current.at, current.entryId) > sortString(time, id);
  const common = { profileId, channel, purpose: type, at: time, recordedAt, evidence, ...(address && { address }) };
  const from = effective?.status ?? 'NEVER_SUBSCRIBED';
  const entry = { ...common, id, from, to, ...(listId !== undefined && { listId }), ...(isLate && { isLate }) };
  if (isLate) return { kind: 'record', entry };
  const next = {
    ...common,
    status: to,
    entryId: id,
    createdAt: current?.createdAt ?? recordedAt,
    ...(change.isDoubleOptIn && { doubleOptIn: true }),
  };
  return { kind: 'record', entry, next };
};

/**
 * Whether a change with an entry id brings no new time. If a later row of the same file has changed the state since,
 * the change is recorded again.
 */
const isRepeated = (current: Consent, change: RepeatKey): boolean =>
  (change.isTimeAssumed === true || current.at === change.time) && !isOfLaterRow(current, change);

type RepeatKey = Pick<ConsentChange, 'isTimeAssumed' | 'order'> & { readonly id: string; readonly time: string };

const isOfLaterRow = ({ at, entryId }: Consent, { order, id, time }: RepeatKey): boolean =>
  order !== undefined && at === time && encodedOrder(entryId) > encodedOrder(id);

const CLOCK_SKEW_MS = 1_000;

/** Keeps changes that happen now in the order of their arrival, although the clocks of two machines differ a little. */
const orderedTime = (at: Date, times: readonly (string | undefined)[]): Date => {
  const before = Math.max(0, ...times.flatMap((time) => (time === undefined ? [] : Date.parse(time))));
  const ahead = before - at.getTime();
  return ahead >= 0 && ahead < CLOCK_SKEW_MS ? new Date(before + 1) : at;
};

/**
 * Whether a change repeats the current state. A repetition is new evidence only if the person was shown something else.
 */
const isSameStatement = (current: Consent, { channel, to, address, evidence }: ConsentChange): boolean =>
  current.status === to &&
  (to === 'UNSUBSCRIBED' || addressString(current.address) === addressString(address)) &&
  shownFields.every((name) => to === 'UNSUBSCRIBED' || current.evidence[name] === evidence[name]) &&
  (to === 'UNSUBSCRIBED' || channel !== sharing.channel || !overridesGpc({ evidence }) || overridesGpc(current));

export const SAME_OPT_OUT_MS = 3_600_000;

/**
 * Whether an opt-out that repeats the current state is recorded, since it comes much later: an opt-in between the two
 * that arrives afterwards must not undo it. A browser signal, which comes with every request, is not.
 */
const isNewOptOut = (effective: Consent, { to, at, evidence }: ConsentChange): boolean =>
  to === 'UNSUBSCRIBED' && evidence.method !== GPC && at.getTime() - Date.parse(effective.at) >= SAME_OPT_OUT_MS;

/** The evidence method of opt-outs by Global Privacy Control. */
export const GPC = 'gpc';

/**
 * Whether a person allowed sharing although their browser sends Global Privacy Control: they made an exception for this
 * shop. While that is in effect, the signal alone changes nothing.
 */
export const overridesGpc = ({ evidence }: Pick<ConsentChange, 'evidence'>): boolean => evidence.signals?.gpc === true;

const shownFields = ['formId', 'formVersion', 'wording', 'wordingVersion'] as const;

const sortString = (at: string, id: string): string => `${at}#${id}`;
export const addressString = (address: Address | undefined): string =>
  address ? `${address.kind}:${address.value}` : '';

const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Whether a time can be recorded: a ULID has no time before 1970, and times after 9999 do not sort as text. */
export const isRecordable = (at: Date): boolean => at.getTime() >= 0 && at.getTime() <= LATEST_MS;

const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export const unrecordableTimeMessage = (at: Date): string =>
  `${Number.isNaN(at.getTime()) ? 'The time of consent' : at.toISOString()} is not between 1970 and 9999.`;

/** A ULID of this time that is always the same for the same content, and sorts by `order` among those of one time. */
export const deterministicId = (at: Date, content: readonly string[], order?: number): string => {
  if (!isRecordable(at)) throw new ApiError('invalid', { detail: unrecordableTimeMessage(at) });
  const bytes = hash('sha256', JSON.stringify(content), 'buffer');
  let tail = '';
  for (let i = 0; i < TAIL_LENGTH; i++) tail += BASE32[(bytes[i] ?? 0) % 32];
  const orderPart = order === undefined ? '' : encodeTime(order, ORDER_LENGTH);
  return encodeTime(at.getTime(), TIME_LENGTH) + orderPart + tail.slice(orderPart.length);
};

const TIME_LENGTH = 10;
/** Enough for 34 billion rows. */
const ORDER_LENGTH = 7;
const TAIL_LENGTH = 16;

/** The order of a change, from the id of its entry. */
export const rowOrderOf = (id: string): number =>
  decodeTime(encodedOrder(id).padStart(TIME_LENGTH, '0') + '0'.repeat(TAIL_LENGTH));

const encodedOrder = (id: string): string => id.slice(TIME_LENGTH, TIME_LENGTH + ORDER_LENGTH);

/**
 * Adds the changes that follow from these. Opting out of one type of SMS opts out of both: people send STOP to a
 * number, not for a purpose. Global Privacy Control in the evidence opts out of sharing.
 */
export const addLinkedChanges = (changes: readonly ConsentChange[]): readonly ConsentChange[] => {
  const linked = changes.flatMap((change): ConsentChange[] =>
    change.channel === 'sms' && change.to === 'UNSUBSCRIBED'
      ? [{ ...change, type: change.type === 'marketing' ? 'transactional' : 'marketing' }]
      : [],
  );
  const withGpc = changes.find(({ evidence }) => evidence.signals?.gpc);
  const topicNames = new Set(changes.map(topicName));
  return [...changes, ...linked, ...(withGpc ? [optOutOfSharing(withGpc)] : [])].filter(
    (change, i) => i < changes.length || !topicNames.has(topicName(change)),
  );
};

/** The opt-out that Global Privacy Control requests: not to pass on data for advertising. */
export const optOutOfSharing = ({
  profileId,
  at,
  evidence,
  entryId,
  isTimeAssumed,
}: Pick<ConsentChange, 'profileId' | 'at' | 'evidence' | 'entryId' | 'isTimeAssumed'>): ConsentChange => ({
  profileId,
  ...sharing,
  to: 'UNSUBSCRIBED',
  at,
  evidence: { ...evidence, method: GPC },
  ...(entryId !== undefined && { entryId }),
  ...(isTimeAssumed && { isTimeAssumed }),
});

export const topicName = ({ channel, type }: Topic): string => `${channel}#${type}`;
