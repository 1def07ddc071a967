import { profilePk } from '../../../model/partition.ts';
import type { PushToken, PushTokenAttributes } from '../../../model/push-token.ts';
import { ApiError } from '../../../platform/errors.ts';
import { inParallel } from '../../../platform/parallel.ts';
import { contentionError, retryOnContention } from '../../../platform/retry.ts';
import { put, remove, type Write } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { sendDecoyTransaction } from '../records/decoys.ts';
import { PUSH_TOKENS, pushTokens, tokenIdOf, tokenOwners } from './store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

const TRIES = 10;
const PARALLEL = 8;
/** Per profile. */
const MAX_TOKENS = 500;

interface Registration {
  /** Undefined for an erased person: nothing is stored, with the same number of requests. */
  readonly profileId: string | undefined;
  readonly attributes: PushTokenAttributes;
  readonly caller: 'trusted' | 'public';
}

/** Registers the tokens of one subscription. */
export const registerTokens = async (
  profileId: string,
  tokens: readonly PushTokenAttributes[],
  caller: Registration['caller'],
  context: Deps,
): Promise<void> => {
  const unique = [...new Map(tokens.map((one) => [tokenIdOf(one), one])).values()];
  for (const attributes of unique) await registerToken({ profileId, attributes, caller }, context);
};

/**
 * Gives a push token to a profile and takes it from any other: a device belongs to its last user. Sends the table the
 * same requests for every person. A public call adds none to a profile with very many tokens, and gets the same answer.
 */
export const registerToken = async ({ profileId, attributes, caller }: Registration, context: Deps): Promise<void> => {
  const { account, table, now } = context;
  const id = tokenIdOf(attributes);
  const attempt = async (): Promise<true | undefined> => {
    const key = { account, profileId: profileId ?? '', id };
    const [ownerItem, item] = await table.getItems([tokenOwners.key({ account, id }), pushTokens.key(key)]);
    const tokens = await table.query({ pk: profilePk(account, key.profileId), prefix: PUSH_TOKENS, limit: MAX_TOKENS });
    const owner = ownerItem && tokenOwners.fromItem(ownerItem).profileId;
    const before = item && pushTokens.fromItem(item);
    const isFull = !before && tokens.length >= MAX_TOKENS;
    if (isFull && caller === 'trusted') throw tooManyTokensError();
    if (profileId === undefined || isFull) {
      await sendDecoyTransaction(context);
      return true;
    }
    const at = now().toISOString();
    const writes: Write[] = [
      put(
        tokenOwners,
        { account, id, profileId },
        owner === undefined ? 'absent' : { attribute: 'profileId', is: '=', value: owner },
      ),
      put(pushTokens, { ...storedToken(attributes), ...key, created: before?.created ?? at, recorded: at }),
      ...(owner !== undefined && owner !== profileId ? [remove(pushTokens, { account, profileId: owner, id })] : []),
    ];
    return (await table.transact(writes)).done || undefined;
  };
  await retryOnContention(attempt, { tries: TRIES, what: 'this push token' });
};

const tooManyTokensError = (): ApiError =>
  new ApiError('invalid', {
    detail: `The profile has ${MAX_TOKENS} push tokens. Delete those that are not used.`,
    source: { pointer: '/data/attributes/token' },
  });

const storedToken = ({
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

/**
 * Removes a token from a person, unless it belongs to somebody else by now. Sends the table the same requests for every
 * person.
 */
export const unregisterToken = async (
  token: Pick<PushTokenAttributes, 'platform' | 'token'>,
  profileIds: readonly string[],
  context: Deps,
): Promise<void> => {
  const { account, table } = context;
  const id = tokenIdOf(token);
  const owner = await table.get(tokenOwners, { account, id });
  if (!owner || !profileIds.includes(owner.profileId)) return sendDecoyTransaction(context);
  await table.transact(removalWrites({ account, id, profileId: owner.profileId }));
};

const removalWrites = (key: Pick<PushToken, 'account' | 'id' | 'profileId'>): Write[] => [
  remove(tokenOwners, key, { attribute: 'profileId', is: '=', value: key.profileId }),
  remove(pushTokens, key),
];

/** Sends the requests of a registration without storing anything, for public calls that name an erased person. */
export const sendDecoyRegistration = async (attributes: PushTokenAttributes, context: Deps): Promise<void> =>
  registerToken({ profileId: undefined, attributes, caller: 'public' }, context);

export const getToken = async (id: string, { account, table }: Pick<Deps, 'account' | 'table'>): Promise<PushToken> => {
  const owner = TOKEN_ID.test(id) ? await table.get(tokenOwners, { account, id }) : undefined;
  const token = owner && (await table.get(pushTokens, { account, id, profileId: owner.profileId }));
  if (!token) throw tokenNotFoundError();
  return token;
};

const TOKEN_ID = /^[\w-]{22}$/;

const tokenNotFoundError = (): ApiError =>
  new ApiError('not_found', { detail: 'There is no push token with this id.' });

export const deleteToken = async (id: string, context: Deps): Promise<void> => {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const { profileId } = await getToken(id, context);
    if ((await context.table.transact(removalWrites({ account: context.account, id, profileId }))).done) return;
  }
  throw contentionError('this push token');
};

/** Reads the tokens of a person, under all their ids, oldest first. */
export const readTokens = async (
  profileIds: readonly string[],
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<PushToken[]> => {
  const pages = await inParallel(profileIds, PARALLEL, (id) =>
    table.queryOf(pushTokens, { pk: profilePk(account, id), prefix: PUSH_TOKENS, limit: MAX_TOKENS }),
  );
  return pages.flat().toSorted((a, b) => (a.created < b.created ? -1 : 1));
};

/** Reads the profiles that hold these tokens, on any platform. */
export const readTokenHolders = async (
  tokens: readonly string[],
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<string[]> => {
  const ids = tokens.flatMap((token) =>
    (['android', 'ios'] as const).map((platform) => ({ account, id: tokenIdOf({ platform, token }) })),
  );
  const owners = await table.getMany(tokenOwners, ids);
  return [...new Set(owners.flatMap((one) => one?.profileId ?? []))];
};
