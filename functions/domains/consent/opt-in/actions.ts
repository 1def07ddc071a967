import { optInProcessOf } from '../../../model/account.ts';
import type { Language } from '../../../model/language.ts';
import { ApiError } from '../../../platform/errors.ts';
import { put, update } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { findList } from '../../lists/actions.ts';
import { upsertProfile } from '../../profiles/actions.ts';
import { type ProfileInput, toInput } from '../../profiles/records/profile.ts';
import { changeConsents, readSuppressions } from '../actions.ts';
import { isOutdatedOptIn, joinUnlessOptedOut } from '../list-join.ts';
import type { Evidence, Topic } from '../records/consent.ts';
import { beginOptIn } from './begin.ts';
import { countAgainstLimit, refusesConfirmationMails } from './limits.ts';
import { confirmedOptIns, LINK_MS, type PendingOptIn, pendingOptIns } from './store.ts';

/** Whether e-mail subscriptions need a confirmation, by the setting of the list or else the account. */
export const isDoubleOptIn = async (listId: string | undefined, context: Context): Promise<boolean> => {
  const list = listId === undefined ? undefined : await findList(listId, context);
  return optInProcessOf(context.accountSettings, list) === 'double_opt_in';
};

export interface ConfirmationRequest {
  /** Normalized. */
  readonly email: string;
  readonly topics: readonly Topic[];
  readonly listId?: string;
  readonly evidence: Evidence;
  readonly language: Language;
}

/**
 * Stores a subscription and sends the confirmation mail. Returns the id of the opt-in, or undefined if the address has
 * received enough mails, or wants none. The caller must answer the same in both cases, to not reveal earlier requests.
 *
 * @throws ApiError `throttled` if the list has requested too many
 */
export const requestConfirmation = async (
  request: ConfirmationRequest,
  context: Context,
): Promise<string | undefined> => {
  const { email, topics, listId, evidence, language } = request;
  refuseWithoutMail(context);
  if (!(await countAgainstLimit('list', listId ?? '', context))) throw tooManyConfirmationsError('for this list');
  if (await rejectsMail(email, context)) return undefined;
  if (!(await countAgainstLimit('address', email, context))) return undefined;

  const optIn = { email, topics: topics.map(({ channel, type }) => ({ channel, type })), evidence, language };
  return beginOptIn({ ...optIn, ...(listId !== undefined && { listId }), status: 'pending' }, context);
};

export const refuseWithoutMail = ({ mail }: Pick<Context, 'mail'>): void => {
  if (mail) return;
  throw new ApiError('invalid', {
    detail:
      'This subscription must be confirmed by mail (double_opt_in), but this deployment has no mail sender. Deploy it with -c mailFrom=<address>, or set the list or the account to single_opt_in.',
  });
};

export const tooManyConfirmationsError = (where: string): ApiError =>
  new ApiError(
    'throttled',
    { detail: `Too many confirmation mails were requested ${where}. Try again in an hour.` },
    { 'Retry-After': '3600' },
  );

/** Whether mail can't be delivered to the address, or its owner declined it. */
export const rejectsMail = async (
  email: string,
  context: Pick<Context, 'account' | 'table' | 'now'>,
): Promise<boolean> => {
  const suppressions = await readSuppressions({ kind: 'email', value: email }, context);
  return (
    suppressions.some(({ reason }) => UNDELIVERABLE.includes(reason)) ||
    (await refusesConfirmationMails(email, context))
  );
};

const UNDELIVERABLE: readonly string[] = ['HARD_BOUNCE', 'INVALID_EMAIL'];

export const readPendingOptIn = (
  id: string,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<PendingOptIn | undefined> => table.get(pendingOptIns, { account, id });

export type ConfirmationResult = 'confirmed' | 'already' | 'declined' | 'expired';

/**
 * Confirms a subscription, once. A retry completes what a killed attempt left undone. A completed one changes nothing,
 * whatever happened since.
 */
export const confirmOptIn = async (id: string, evidence: Evidence, context: Context): Promise<ConfirmationResult> => {
  const { table, account, now } = context;
  const stored = await readPendingOptIn(id, context);
  if (!stored) return 'expired';
  const time = now();
  if (stored.status === 'pending') {
    if (time.getTime() >= Date.parse(stored.requestedAt) + LINK_MS) return 'expired';
    const set = { status: 'confirming', confirmedAt: time.toISOString(), confirmation: evidence };
    await table.write(
      update(pendingOptIns, stored, { set, condition: { attribute: 'status', is: '=', value: 'pending' } }),
    );
  }
  const pending = await readPendingOptIn(id, context);
  switch (pending?.status) {
    case undefined:
    case 'accepted':
    case 'pending':
    case 'done':
      return 'expired';
    case 'declined':
      return 'declined';
    case 'confirmed':
      return 'already';
    case 'confirming': {
      const profileIds = [...new Set([...(pending.profileIds ?? []), await subscribe(pending, context)])];
      await table.write(update(pendingOptIns, { account, id }, { set: { status: 'confirmed', profileIds } }));
      return 'confirmed';
    }
  }
};

/** Returns the id of the profile. */
const subscribe = async (pending: PendingOptIn, context: Context): Promise<string> => {
  const { id, email, topics, listId, confirmedAt = '', confirmation, evidence, requestedAt } = pending;
  const combined = { ...evidence, ...confirmation };
  const { ip, userAgent, method, methodDetail } = evidence;
  const signals = { ...evidence.signals, ...confirmation?.signals };
  const proof: Evidence = {
    ...combined,
    ...(Object.keys(signals).length > 0 && { signals }),
    method,
    ...(methodDetail && { methodDetail }),
    request: { at: requestedAt, ...(ip && { ip }), ...(userAgent && { userAgent }) },
  };
  const { profile } = await upsertProfile(
    toProfileInput(pending),
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
  if (listId !== undefined && !(await isOutdatedOptIn(changes, outcomes, context)))
    await joinIfListExists({ listId, profileId: profile.id, at }, context);
  return profile.id;
};

/**
 * Adds a person to a list they agreed to join. A list that was deleted since is skipped; the rest of their consent
 * holds.
 */
export const joinIfListExists = async (
  { listId, profileId, at }: { readonly listId: string; readonly profileId: string; readonly at: Date },
  context: Pick<Context, 'account' | 'table'>,
): Promise<void> => {
  if (!(await findList(listId, context))) return;
  try {
    await joinUnlessOptedOut(listId, [{ profileId, at, consentedAt: at }], context);
  } catch (error) {
    // The list is being deleted.
    if (!(error instanceof ApiError) || error.code !== 'not_found') throw error;
  }
};

/** The profile is always the one with the confirmed address, whatever other identifiers the form had. */
const toProfileInput = ({ email, person }: PendingOptIn): ProfileInput => ({
  ...(person ? toInput({ attributes: person }) : { fields: {} }),
  identifiers: { email },
});
