import { optInProcessOf } from '../../../model/account.ts';
import type { Language } from '../../../model/language.ts';
import { ApiError } from '../../../platform/errors.ts';
import { put, update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { findList } from '../../lists/actions.ts';
import { upsertProfile } from '../../profiles/actions.ts';
import { type ProfileInput, toInput } from '../../profiles/records/profile.ts';
import { changeConsents, suppressionsOf } from '../actions.ts';
import { isOvertaken, joinUnlessLeft } from '../list-join.ts';
import type { Evidence, Topic } from '../records/consent.ts';
import { beginOptIn } from './begin.ts';
import { countAgainstLimit, isRefused } from './limits.ts';
import { confirmedOptIns, LINK_MS, type PendingOptIn, pendingOptIns } from './pending.ts';

/** Whether e-mail subscriptions to the list, or to none, wait for a confirmation. */
export const isDoubleOptIn = async (listId: string | undefined, context: Context): Promise<boolean> => {
  const list = listId === undefined ? undefined : await findList(listId, context);
  return optInProcessOf(context.accountSettings, list) === 'double_opt_in';
};

export interface SubscriptionWish {
  /** Normalised. */
  readonly email: string;
  readonly topics: readonly Topic[];
  readonly listId?: string;
  readonly evidence: Evidence;
  readonly language: Language;
}

/**
 * Stores a subscription that is to be confirmed, and has the mail sent. `limited` where the address has had enough
 * mails, or wants none: the caller's answer is the same, since another would reveal who was asked before.
 *
 * @throws ApiError `throttled` where the list has asked for too many
 */
export const askForConfirmation = async (wish: SubscriptionWish, context: Context): Promise<'asked' | 'limited'> => {
  const { email, topics, listId, evidence, language } = wish;
  refuseWithoutMail(context);
  if (!(await countAgainstLimit('list', listId ?? '', context))) throw tooMany('for this list');
  if (await isUnwanted(email, context)) return 'limited';
  if (!(await countAgainstLimit('address', email, context))) return 'limited';

  const requested = { email, topics: topics.map(({ channel, type }) => ({ channel, type })), evidence, language };
  await beginOptIn({ ...requested, ...(listId !== undefined && { listId }), status: 'pending' }, context);
  return 'asked';
};

export const refuseWithoutMail = ({ mail }: Pick<Context, 'mail'>): void => {
  if (mail) return;
  throw new ApiError('invalid', {
    detail:
      'This subscription has to be confirmed by mail (double_opt_in), and this deployment has no sender. Deploy it with -c mailFrom=<address>, or set the list or the account to single_opt_in.',
  });
};

export const tooMany = (where: string): ApiError =>
  new ApiError(
    'throttled',
    { detail: `Too many confirmation mails were asked for ${where}. Try again in an hour.` },
    { 'Retry-After': '3600' },
  );

/** Mail can't arrive there, or its owner declined. */
export const isUnwanted = async (
  email: string,
  context: Pick<Context, 'account' | 'table' | 'now'>,
): Promise<boolean> => {
  const suppressed = await suppressionsOf({ kind: 'email', value: email }, context);
  return suppressed.some(({ reason }) => UNDELIVERABLE.includes(reason)) || (await isRefused(email, context));
};

const UNDELIVERABLE: readonly string[] = ['HARD_BOUNCE', 'INVALID_EMAIL'];

export const findPending = (
  id: string,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<PendingOptIn | undefined> => table.get(pendingOptIns, { account, id });

export type Confirmed = 'confirmed' | 'already' | 'declined' | 'expired';

/**
 * Subscribes who asked for it, once: what a killed first try left is finished by the next, and one that is over changes
 * nothing, whatever was said since.
 */
export const confirmOptIn = async (id: string, evidence: Evidence, context: Context): Promise<Confirmed> => {
  const { table, account, now } = context;
  const known = await findPending(id, context);
  if (!known) return 'expired';
  const time = now();
  if (known.status === 'pending') {
    if (time.getTime() >= Date.parse(known.requestedAt) + LINK_MS) return 'expired';
    const set = { status: 'confirming', confirmedAt: time.toISOString(), confirmation: evidence };
    await table.write(
      update(pendingOptIns, known, { set, condition: { attribute: 'status', is: '=', value: 'pending' } }),
    );
  }
  const pending = await findPending(id, context);
  switch (pending?.status) {
    case undefined:
    case 'accepted':
    case 'pending':
      return 'expired';
    case 'declined':
      return 'declined';
    case 'confirmed':
      return 'already';
    case 'confirming':
      await subscribe(pending, context);
      await table.write(update(pendingOptIns, { account, id }, { set: { status: 'confirmed' } }));
      return 'confirmed';
  }
};

const subscribe = async (pending: PendingOptIn, context: Context): Promise<void> => {
  const { id, email, topics, listId, confirmedAt = '', confirmation, evidence, requestedAt } = pending;
  const given = { ...evidence, ...confirmation };
  const { ip, userAgent, method, methodDetail } = evidence;
  const signals = { ...evidence.signals, ...confirmation?.signals };
  const proof: Evidence = {
    ...given,
    ...(Object.keys(signals).length > 0 && { signals }),
    method,
    ...(methodDetail && { methodDetail }),
    request: { at: requestedAt, ...(ip && { ip }), ...(userAgent && { userAgent }) },
  };
  const { profile } = await upsertProfile(
    inputOf(pending),
    { onConflict: 'keep', caller: 'public', isVerifiedOwner: true },
    context,
  );
  const at = new Date(confirmedAt);
  await context.table.write(put(confirmedOptIns, { account: context.account, id, profileId: profile.id }));
  const changes = topics.map((topic) => ({
    ...topic,
    profileId: profile.id,
    to: 'SUBSCRIBED' as const,
    at,
    evidence: proof,
    address: { kind: 'email' as const, value: email },
    entryId: `optin:${id}`,
    isDoubleOptIn: true,
    ...(listId !== undefined && { listId }),
  }));
  const outcomes = await changeConsents(changes, context);
  if (listId !== undefined && !(await isOvertaken(changes, outcomes, context)))
    await joinIfThere({ listId, profileId: profile.id, at }, context);
};

/** Joins a list that a person agreed to. One that was deleted since has no new members; what else was agreed to holds. */
export const joinIfThere = async (
  { listId, profileId, at }: { readonly listId: string; readonly profileId: string; readonly at: Date },
  context: Pick<Context, 'account' | 'table'>,
): Promise<void> => {
  if (!(await findList(listId, context))) return;
  try {
    await joinUnlessLeft(listId, [{ profileId, at, consentedAt: at }], context);
  } catch (error) {
    // Its deletion began meanwhile.
    if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
  }
};

/** Whatever was said of the person: the profile is that of the address which was confirmed. */
const inputOf = ({ email, person }: PendingOptIn): ProfileInput => ({
  ...(person ? toInput({ attributes: person }) : { fields: {} }),
  identifiers: { email },
});
