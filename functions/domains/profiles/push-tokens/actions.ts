import { profilePk } from '../../../model/partition.ts';
import type { PushToken, PushTokenAttributes } from '../../../model/push-token.ts';
import { ApiError } from '../../../platform/errors.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { contentionError, retryOnContention } from '../../../platform/retry.ts';
import { put, remove, type Write } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { decoyTransaction } from '../records/decoys.ts';
import { PUSH_TOKENS, pushTokens, tokenIdOf, tokenOwners } from './store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

const TRIES = 10;
const PARALLEL = 8;
/** Of one profile. */
const MAX_TOKENS = 500;

interface Registration {
  /** Absent where the person was erased: then nothing is stored, by as many requests. */
  readonly profileId: string | undefined;
  readonly attributes: PushTokenAttributes;
  readonly caller: 'trusted' | 'public';
}

/** The tokens of one subscription. */
export const registerTokens = async (
  profileId: string,
  tokens: readonly PushTokenAttributes[],
  caller: Registration['caller'],
  context: Deps,
): Promise<void> => {
  const different = [...new Map(tokens.map((one) => [tokenIdOf(one), one])).values()];
  for (const attributes of different) await registerToken({ profileId, attributes, caller }, context);
};

/**
 * Makes a push token one of a profile, and of no other: a device belongs to its last user. The same requests go to
 * the table for every person. A public call adds none to a profile that has very many, and gets the same answer.
 */
export const registerToken = async ({ profileId, attributes, caller }: Registration, context: Deps): Promise<void> => {
  const { account, table, now } = context;
  const id = tokenIdOf(attributes);
  const attempt = async (): Promise<true | undefined> => {
    const place = { account, profileId: profileId ?? '', id };
    const [ownerItem, item] = await table.getItems([tokenOwners.key({ account, id }), pushTokens.key(place)]);
    const held = await table.query({ pk: profilePk(account, place.profileId), prefix: PUSH_TOKENS, limit: MAX_TOKENS });
    const owner = ownerItem && tokenOwners.fromItem(ownerItem).profileId;
    const before = item && pushTokens.fromItem(item);
    const isFull = !before && held.length >= MAX_TOKENS;
    if (isFull && caller === 'trusted') throw full();
    if (profileId === undefined || isFull) {
      await decoyTransaction(context);
      return true;
    }
    const at = now().toISOString();
    const writes: Write[] = [
      put(
        tokenOwners,
        { account, id, profileId },
        owner === undefined ? 'absent' : { attribute: 'profileId', is: '=', value: owner },
      ),
      put(pushTokens, { ...tokenOf(attributes), ...place, created: before?.created ?? at, recorded: at }),
      ...(owner !== undefined && owner !== profileId ? [remove(pushTokens, { account, profileId: owner, id })] : []),
    ];
    return (await table.transact(writes)).done || undefined;
  };
  await retryOnContention(attempt, { tries: TRIES, what: 'this push token' });
};

const full = (): ApiError =>
  new ApiError('invalid', {
    detail: `The profile has ${MAX_TOKENS} push tokens. Delete those that are out of use.`,
    source: { pointer: '/data/attributes/token' },
  });

const tokenOf = ({
  token,
  platform,
  vendor,
  enablement_status,
  background,
  device_metadata,
}: PushTokenAttributes): Omit<PushToken, 'account' | 'profileId' | 'id' | 'created' | 'recorded'> => {
  const metadata = Object.fromEntries(
    Object.entries(device_metadata ?? {}).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  );
  return {
    token,
    platform,
    vendor,
    enablementStatus: enablement_status ?? 'AUTHORIZED',
    background: background ?? 'AVAILABLE',
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
};

/** Takes a token from a person; one that is another's by now stays. The same requests go to the table for every person. */
export const unregisterToken = async (
  token: Pick<PushTokenAttributes, 'platform' | 'token'>,
  profileIds: readonly string[],
  context: Deps,
): Promise<void> => {
  const { account, table } = context;
  const id = tokenIdOf(token);
  const owner = await table.get(tokenOwners, { account, id });
  if (!owner || !profileIds.includes(owner.profileId)) return decoyTransaction(context);
  await table.transact(removing({ account, id, profileId: owner.profileId }));
};

const removing = (place: Pick<PushToken, 'account' | 'id' | 'profileId'>): Write[] => [
  remove(tokenOwners, place, { attribute: 'profileId', is: '=', value: place.profileId }),
  remove(pushTokens, place),
];

/** What a public call does that names somebody who was erased. */
export const decoyRegistration = async (attributes: PushTokenAttributes, context: Deps): Promise<void> =>
  registerToken({ profileId: undefined, attributes, caller: 'public' }, context);

export const findToken = async (
  id: string,
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<PushToken> => {
  const owner = ID.test(id) ? await table.get(tokenOwners, { account, id }) : undefined;
  const token = owner && (await table.get(pushTokens, { account, id, profileId: owner.profileId }));
  if (!token) throw noToken();
  return token;
};

const ID = /^[\w-]{22}$/;

const noToken = (): ApiError => new ApiError('not_found', { detail: 'There is no push token with this id.' });

export const deleteToken = async (id: string, context: Deps): Promise<void> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const { profileId } = await findToken(id, context);
    if ((await context.table.transact(removing({ account: context.account, id, profileId }))).done) return;
  }
  throw contentionError('this push token');
};

/** The tokens of a person, under whichever of their ids, in the order in which they came. */
export const tokensOf = async (
  profileIds: readonly string[],
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<PushToken[]> => {
  const found = await inParallel(profileIds, PARALLEL, (id) =>
    table.queryOf(pushTokens, { pk: profilePk(account, id), prefix: PUSH_TOKENS, limit: MAX_TOKENS }),
  );
  return found.flat().toSorted((a, b) => (a.created < b.created ? -1 : 1));
};

/** The profiles that hold these tokens, of whatever platform. */
export const tokenHolders = async (
  tokens: readonly string[],
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<string[]> => {
  const ids = tokens.flatMap((token) =>
    (['android', 'ios'] as const).map((platform) => ({ account, id: tokenIdOf({ platform, token }) })),
  );
  const found = await table.getMany(tokenOwners, ids);
  return [...new Set(found.flatMap((one) => one?.profileId ?? []))];
};
