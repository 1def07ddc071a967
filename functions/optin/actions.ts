import { optInProcessOf } from '../accounts/account.ts';
import { changeConsents, suppressionsOf } from '../consent/actions.ts';
import type { Evidence, Topic } from '../consent/consent.ts';
import type { Context } from '../context.ts';
import { isErased } from '../erased/actions.ts';
import { ApiError } from '../errors.ts';
import { findList, joinList } from '../lists/actions.ts';
import type { Language } from '../pages/language.ts';
import { upsertProfile } from '../profiles/actions.ts';
import { type ProfileInput, toInput } from '../profiles/profile.ts';
import { create, put, update } from '../table/write.ts';
import { isRefused, networkOf, take } from './limits.ts';
import { CONFIRMATION_MAIL } from './mail.ts';
import { confirmedOptIns, expiryOf, LINK_MS, type PendingOptIn, pendingOptIns } from './pending.ts';

/** Whether e-mail subscriptions to the list, or to none, wait for a confirmation. */
export const isDoubleOptIn = async (listId: string | undefined, context: Context): Promise<boolean> => {
  const list = listId === undefined ? undefined : await findList(listId, context);
  return optInProcessOf(context.accountSettings, list) === 'double_opt_in';
};

/**
 * Whether somebody who subscribes by themselves has to confirm it: who was erased is let in again by nothing else, whatever
 * list and account ask of others.
 */
export const mustConfirm = async (
  email: string | undefined,
  listId: string | undefined,
  context: Context,
): Promise<boolean> =>
  (await isDoubleOptIn(listId, context)) ||
  (email !== undefined && (await isErased({ kind: 'email', value: email }, context)));

export interface Wish {
  /** Normalised. */
  readonly email: string;
  readonly topics: readonly Topic[];
  readonly listId?: string;
  readonly person?: PendingOptIn['person'];
  readonly evidence: Evidence;
  readonly language: Language;
}

const MAX_PERSON_BYTES = 300 * 1024;

/**
 * Stores a subscription that is to be confirmed, and has the mail sent. `limited` where the address has had enough
 * mails, wants none, or would be asked only because its owner was erased and there is no mail: the caller is told nothing of it, since an answer would tell who was asked before.
 *
 * @throws ApiError `throttled` where the caller or the list has asked for too many
 */
export const askForConfirmation = async (wish: Wish, context: Context): Promise<'asked' | 'limited'> => {
  const { account, table, now, newId, origin, queue, caller, ip } = context;
  const { email, topics, listId, person, evidence, language } = wish;
  if (!context.mail && !(await isDoubleOptIn(listId, context))) return 'limited';
  refuseWithoutMail(context);
  if (Buffer.byteLength(JSON.stringify(person ?? '')) > MAX_PERSON_BYTES)
    throw new ApiError('too_large', { detail: `A profile has at most ${MAX_PERSON_BYTES} bytes.` });
  // The requests of a shop's own server all come from one address.
  if (caller.kind !== 'key' && !(await take('ip', networkOf(ip), context))) throw tooMany('from your network');
  if (!(await take('list', listId ?? '', context))) throw tooMany('for this list');
  if (await isUnwanted(email, context)) return 'limited';
  if (!(await take('address', email, context))) return 'limited';

  const at = now();
  const pending: PendingOptIn = {
    account,
    id: newId(at),
    email,
    topics: topics.map(({ channel, type }) => ({ channel, type })),
    ...(listId !== undefined && { listId }),
    ...(person && { person: withoutIdentifiers(person) }),
    evidence,
    language,
    origin,
    requestedAt: at.toISOString(),
    status: 'pending',
    expiresAt: expiryOf(at),
  };
  await table.write(create(pendingOptIns, pending));
  await queue().send({ kind: CONFIRMATION_MAIL, account, id: pending.id });
  return 'asked';
};

/** Confirming proves the address alone: what else somebody says that they are is not used then, and may be another's. */
const withoutIdentifiers = ({
  email: _,
  phone_number: __,
  external_id: ___,
  anonymous_id: ____,
  _kx: _____,
  ...said
}: NonNullable<Wish['person']>): NonNullable<Wish['person']> => said;

const refuseWithoutMail = ({ mail }: Context): void => {
  if (mail) return;
  throw new ApiError('invalid', {
    detail:
      'This subscription has to be confirmed by mail (double_opt_in), and this deployment has no sender. Deploy it with -c mailFrom=<address>, or set the list or the account to single_opt_in.',
  });
};

const tooMany = (where: string): ApiError =>
  new ApiError(
    'throttled',
    { detail: `Too many confirmation mails were asked for ${where}. Try again in an hour.` },
    { 'Retry-After': '3600' },
  );

/** Mail can't arrive there, or its owner declined. */
const isUnwanted = async (email: string, context: Context): Promise<boolean> => {
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
  const told: Evidence = {
    ...given,
    ...(Object.keys(signals).length > 0 && { signals }),
    method,
    ...(methodDetail && { methodDetail }),
    request: { at: requestedAt, ...(ip && { ip }), ...(userAgent && { userAgent }) },
  };
  const { profile } = await upsertProfile(
    inputOf(pending),
    { onConflict: 'keep', caller: 'public', isProved: true },
    context,
  );
  const at = new Date(confirmedAt);
  await context.table.write(put(confirmedOptIns, { account: context.account, id, profileId: profile.id }));
  await changeConsents(
    topics.map((topic) => ({
      ...topic,
      profileId: profile.id,
      to: 'SUBSCRIBED' as const,
      at,
      evidence: told,
      address: { kind: 'email' as const, value: email },
      entryId: `optin:${id}`,
      isDoubleOptIn: true,
      ...(listId !== undefined && { listId }),
    })),
    context,
  );
  if (listId !== undefined) await joinList({ listId, profileId: profile.id, at }, context);
};

/** Whatever was said of the person: the profile is that of the address which was confirmed. */
const inputOf = ({ email, person }: PendingOptIn): ProfileInput => ({
  ...(person ? toInput({ attributes: person }) : { fields: {} }),
  identifiers: { email },
});
