import { createHash } from 'node:crypto';
import { decodeTime, encodeTime } from 'ulid';
import { ApiError } from '../../../platform/errors.ts';
import { type Address, type Consent, type ConsentChange, type LedgerEntry, sharing, type Topic } from './consent.ts';

/** What one change makes of what is known of its topic. */
export type Decision =
  | { readonly kind: 'already' | 'ignored' }
  /** Delivered before, and still the newest. */
  | { readonly kind: 'repeated' }
  /** `next` is absent where something newer is known. */
  | { readonly kind: 'record'; readonly entry: Omit<LedgerEntry, 'account'>; readonly next?: Omit<Consent, 'account'> };

interface How {
  readonly recordedAt: string;
  readonly newId: (at?: Date) => string;
  /** What holds, where profiles were merged: by what was said of any of them. @default `current` */
  readonly held?: Consent | undefined;
  /** When the last of them was merged: a change of now is later than that. */
  readonly since?: string | undefined;
}

/**
 * The newest change holds, by the time at which consent was given or withdrawn. Of two at the same instant the one with
 * the greater entry id does, which is the order that the ledger reads them in.
 */
export const decide = (
  current: Consent | undefined,
  change: ConsentChange,
  { recordedAt, newId, held = current, since }: How,
): Decision => {
  const { profileId, channel, type, to, address, evidence, listId, entryId } = change;
  const isNow = entryId === undefined;
  if (to === 'NEVER_SUBSCRIBED') return { kind: current ? 'ignored' : 'already' };
  if (evidence.method === GPC && held?.status === 'SUBSCRIBED' && overridesGpc(held)) return { kind: 'ignored' };
  if (isNow && held && isSaidAgain(held, change) && !isLaterOptOut(held, change)) return { kind: 'already' };

  const at = isNow ? inOrder(change.at, [current?.at, held?.at, since]) : change.at;
  const content = ['consent', entryId ?? '', profileId, channel, type, to, textOf(address)];
  const id = isNow ? newId(at) : namedId(at, content, change.order);
  const time = at.toISOString();
  const isOptIn = change.isWeak && to === 'SUBSCRIBED';
  if (isOptIn && held?.status === 'UNSUBSCRIBED' && !isOfLaterRow(held, { ...change, id, time }))
    return { kind: 'ignored' };
  if (current?.entryId === id) return { kind: 'repeated' };

  if (current && isRepeated(current, { ...change, id, time }) && isSaidAgain(current, change))
    return { kind: 'already' };
  const isLate = current !== undefined && place(current.at, current.entryId) > place(time, id);
  const common = { profileId, channel, purpose: type, at: time, recordedAt, evidence, ...(address && { address }) };
  const from = held?.status ?? 'NEVER_SUBSCRIBED';
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

/** Whether a named change brings no new time. What a later row of the same file has changed since is told of a second time. */
const isRepeated = (current: Consent, change: RepeatKey): boolean =>
  (change.isTimeAssumed === true || current.at === change.time) && !isOfLaterRow(current, change);

type RepeatKey = Pick<ConsentChange, 'isTimeAssumed' | 'order'> & { readonly id: string; readonly time: string };

const isOfLaterRow = ({ at, entryId }: Consent, { order, id, time }: RepeatKey): boolean =>
  order !== undefined && at === time && orderIn(entryId) > orderIn(id);

const CLOCK_SKEW_MS = 1_000;

/** Changes that happen now hold in the order in which they come, though clocks of two machines differ a little. */
const inOrder = (at: Date, times: readonly (string | undefined)[]): Date => {
  const before = Math.max(0, ...times.flatMap((time) => (time === undefined ? [] : Date.parse(time))));
  const ahead = before - at.getTime();
  return ahead >= 0 && ahead < CLOCK_SKEW_MS ? new Date(before + 1) : at;
};

/** A repetition is evidence of its own only where the person was shown something else. */
const isSaidAgain = (current: Consent, { channel, to, address, evidence }: ConsentChange): boolean =>
  current.status === to &&
  (to === 'UNSUBSCRIBED' || textOf(current.address) === textOf(address)) &&
  shown.every((name) => to === 'UNSUBSCRIBED' || current.evidence[name] === evidence[name]) &&
  (to === 'UNSUBSCRIBED' || channel !== sharing.channel || !overridesGpc({ evidence }) || overridesGpc(current));

export const SAME_OPT_OUT_MS = 3_600_000;

/**
 * An opt-out that is said again much later is news: an opt-in of the time in between, which is told afterwards, must not
 * undo it. A signal that a browser sends with whatever it does is none.
 */
const isLaterOptOut = (held: Consent, { to, at, evidence }: ConsentChange): boolean =>
  to === 'UNSUBSCRIBED' && evidence.method !== GPC && at.getTime() - Date.parse(held.at) >= SAME_OPT_OUT_MS;

/** The method by which Global Privacy Control opts out. */
export const GPC = 'gpc';

/**
 * Whoever allows sharing while their browser says Global Privacy Control has decided on this shop against the general
 * signal: as long as that holds, the signal alone is no news.
 */
export const overridesGpc = ({ evidence }: Pick<ConsentChange, 'evidence'>): boolean => evidence.signals?.gpc === true;

const shown = ['formId', 'formVersion', 'wording', 'wordingVersion'] as const;

const place = (at: string, id: string): string => `${at}#${id}`;
export const textOf = (address: Address | undefined): string => (address ? `${address.kind}:${address.value}` : '');

const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID holds no time before 1970, and what is written after the year 9999 doesn't sort as text. */
export const isRecordable = (at: Date): boolean => at.getTime() >= 0 && at.getTime() <= LATEST_MS;

const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export const unrecordable = (at: Date): string =>
  `${Number.isNaN(at.getTime()) ? 'It' : at.toISOString()} is no time between 1970 and 9999, which is all that a consent can be of.`;

/** A ULID of this time that is always the same for the same content, and sorts by `order` among those of one time. */
export const namedId = (at: Date, content: readonly string[], order?: number): string => {
  if (!isRecordable(at)) throw new ApiError('invalid', { detail: unrecordable(at) });
  const hash = createHash('sha256').update(JSON.stringify(content)).digest();
  const tail = Array.from(hash.subarray(0, 16), (byte) => BASE32[byte % 32]).join('');
  const place = order === undefined ? '' : encodeTime(order, ORDER_LENGTH);
  return encodeTime(at.getTime(), TIME_LENGTH) + place + tail.slice(place.length);
};

const TIME_LENGTH = 10;
/** Enough for 34 billion rows. */
const ORDER_LENGTH = 7;
const TAIL_LENGTH = 16;

/** The order of a change, by the id of its entry. */
export const orderOf = (id: string): number =>
  decodeTime(orderIn(id).padStart(TIME_LENGTH, '0') + '0'.repeat(TAIL_LENGTH));

const orderIn = (id: string): string => id.slice(TIME_LENGTH, TIME_LENGTH + ORDER_LENGTH);

/**
 * With what follows from them. Opting out of one kind of SMS is opting out of both: people say STOP to a number, not to a
 * purpose. Global Privacy Control comes with whatever else a browser says, and is heeded with it.
 */
export const withLinked = (changes: readonly ConsentChange[]): readonly ConsentChange[] => {
  const linked = changes.flatMap((change): ConsentChange[] =>
    change.channel === 'sms' && change.to === 'UNSUBSCRIBED'
      ? [{ ...change, type: change.type === 'marketing' ? 'transactional' : 'marketing' }]
      : [],
  );
  const refusing = changes.find(({ evidence }) => evidence.signals?.gpc);
  const named = new Set(changes.map(topicName));
  return [...changes, ...linked, ...(refusing ? [optOutOfSharing(refusing)] : [])].filter(
    (change, i) => i < changes.length || !named.has(topicName(change)),
  );
};

/** What Global Privacy Control asks for: that nothing known of the person is passed on for advertising. */
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
