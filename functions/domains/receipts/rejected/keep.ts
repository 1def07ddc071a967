import { hash } from 'node:crypto';
import { networkOf } from '../../../model/web/network.ts';
import type { ErrorCode, Problem } from '../../../platform/errors.ts';
import type { Caller } from '../../../platform/http/context.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Services } from '../../../platform/resources/services.ts';
import { expiryAfterDays } from '../../../platform/table/ttl.ts';
import { create } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { filterErased } from '../../erased/actions.ts';
import { reportLive } from '../live/report.ts';
import { maskText } from '../mask.ts';
import { possibleIdentifiers } from './named-people.ts';
import { MAX_TEXT, packPayload } from './payload.ts';
import { claimPayloads } from './payload-limit.ts';
import { KEPT_DAYS, type Reason, type RejectedItem } from './rejected-item.ts';
import { rejectedItems } from './store.ts';

export interface Rejection {
  /** Where it came from: see `source.ts`. */
  readonly source: string;
  /** The name of the replay handler. */
  readonly handler: string;
  /** The route, call, topic or message kind, for people. */
  readonly what: string;
  readonly code: ErrorCode | 'dead_letter' | 'unknown_topic';
  readonly problems: readonly Problem[];
  /** Everything that a replay needs, as JSON. Never logged. Undefined: it is too large to be kept. */
  readonly payload: string | undefined;
  readonly metric?: string | undefined;
  /** How many items were refused with it. @default 1 */
  readonly count?: number | undefined;
  readonly job?: string | undefined;
  /** When it came in. @default now */
  readonly receivedAt?: Date;
  /** A text that is the same for each delivery of the same input, such as the id of a message. @default none */
  readonly deduplicateBy?: string;
}

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'> &
  Partial<Pick<Context, 'accountSettings' | 'ip'>> & { readonly caller: Caller };

const PARALLEL = 16;
const MAX_REASONS = 3;
const MAX_DETAIL = 200;
const MAX_POINTER = 120;

/**
 * Keeps what was refused for 14 days: with its payload while the account keeps few, and counted beyond. Returns the ids
 * of the items with a payload, in order, and undefined for the others.
 */
export const keepRejected = async (
  rejections: readonly Rejection[],
  context: Deps,
): Promise<readonly (string | undefined)[]> => {
  const { account, caller, ip } = context;
  if (rejections.length === 0) return [];
  const network = caller.kind === 'public' && ip ? networkOf(ip) : undefined;
  const granted = await claimPayloads({ account, network, count: rejections.length }, context);
  const [kept, counted] = [rejections.slice(0, granted), rejections.slice(granted)];
  const items = await inParallel(kept, PARALLEL, (rejection) => itemWithPayload(rejection, context));
  const groups = Map.groupBy(counted, ({ code, what, metric = '' }) => JSON.stringify([code, what, metric]));
  const sums = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [countingItem({ ...first, count: group.reduce((sum, one) => sum + countOf(one), 0) }, context)] : [];
  });
  await inParallel([...items, ...sums], PARALLEL, (item) => context.table.write(create(rejectedItems, item)));
  await reportLive(
    rejections.map(({ source, metric, code }) => ({
      source,
      outcome: `rejected: ${code}`,
      ...(metric !== undefined && { metric: maskText(metric) }),
    })),
    context,
  );
  return rejections.map((_, index) => items[index]?.id);
};

const countOf = ({ count = 1 }: Rejection): number => count;

/** Some clients send their private key in the body. */
const withoutKeys = (text: string): string => text.replaceAll(/pk_([A-Za-z0-9]{6})_[A-Za-z0-9]{40}/g, 'pk_$1_…');

const itemWithPayload = async (rejection: Rejection, context: Deps): Promise<RejectedItem> => {
  const reasons = reasonsOf(rejection.problems);
  const { payload: sent } = rejection;
  const payload = sent === undefined || sent.length > MAX_TEXT ? undefined : withoutKeys(sent);
  const base = {
    ...itemOf(rejection, context),
    ...(sent !== undefined && { payloadBytes: Buffer.byteLength(sent) }),
  };
  // An erased person must not come back with what was refused. Problems can quote them too.
  if (await namesErased(payload ?? JSON.stringify(reasons), context))
    return { ...base, reasons: [], omission: 'erased' };
  const packed = payload === undefined ? undefined : packPayload(payload);
  return packed === undefined ? { ...base, reasons, omission: 'size' } : { ...base, reasons, payload: packed };
};

/** Stands for several of the same reason, and quotes none of them. */
const countingItem = (rejection: Rejection, context: Deps): RejectedItem => ({
  ...itemOf(rejection, context),
  omission: 'limit',
  reasons: [],
});

const itemOf = (
  { source, handler, what, code, metric, count = 1, job, ...of }: Rejection,
  { account, caller, now, newId }: Deps,
): Omit<RejectedItem, 'reasons'> => {
  const { receivedAt = now(), deduplicateBy } = of;
  return {
    account,
    id: deduplicateBy === undefined ? newId(receivedAt) : repeatedId(deduplicateBy, receivedAt, newId),
    source,
    handler,
    what,
    receivedAt: receivedAt.toISOString(),
    code,
    caller,
    ...(metric !== undefined && { metric: metric.slice(0, MAX_POINTER).toWellFormed() }),
    ...(count > 1 && { count }),
    ...(job !== undefined && { job }),
    expiresAt: expiryAfterDays(receivedAt, KEPT_DAYS),
  };
};

/** The first ten characters of a ULID are its time. */
const TIME_LENGTH = 10;
const ID_LENGTH = 26;

/** The id of the item that is kept with `deduplicateBy`: the same input has it each time. */
export const repeatedId = (text: string, at: Date, newId: Services['newId']): string =>
  `${newId(at).slice(0, TIME_LENGTH)}${hash('sha256', text)
    .toUpperCase()
    .slice(0, ID_LENGTH - TIME_LENGTH)}`;

export const reasonsOf = (problems: readonly Problem[]): Reason[] =>
  problems.slice(0, MAX_REASONS).map(({ detail, source }) => {
    const pointer = source?.pointer ?? source?.parameter ?? source?.header;
    return {
      detail: shortened(withoutKeys(detail), MAX_DETAIL),
      ...(pointer !== undefined && { pointer: shortened(pointer, MAX_POINTER) }),
    };
  });

const shortened = (text: string, max: number): string =>
  text.length > max ? `${text.slice(0, max - 1).toWellFormed()}…` : text;

const namesErased = async (payload: string, { account, accountSettings, table, now }: Deps): Promise<boolean> => {
  if (accountSettings && !accountSettings.hasErased) return false;
  const settings = accountSettings && { accountSettings };
  return (await filterErased(possibleIdentifiers(payload), { account, table, now, ...settings })).length > 0;
};
