import type { Context } from '../../../domains/accounts/context.ts';
import { upsertPublicProfile } from '../../../domains/consent/public-profile.ts';
import { isErasedError } from '../../../domains/erased/actions.ts';
import { upsertProfile } from '../../../domains/profiles/actions.ts';
import { mergeProfiles } from '../../../domains/profiles/merge/actions.ts';
import { ownKinds } from '../../../domains/profiles/records/identifiers.ts';
import type { ProfileInput } from '../../../domains/profiles/records/profile.ts';
import {
  getProfile,
  readIdentifierOwners,
  readIdentifierOwnersOfMany,
} from '../../../domains/profiles/records/resolve.ts';
import { ApiError, errorCodes } from '../../../platform/errors.ts';
import { hasScope } from '../../caller-scope.ts';
import { receivedProfile } from '../../receipts.ts';
import type { Call } from '../calls/call.ts';
import { personOfCall } from '../calls/person.ts';
import { type ProcessedCall, reject } from './outcome.ts';

/** Applies an identify or alias call. Repeating it has no effect. */
export const applyIdentity = async (call: Call, context: Context): Promise<ProcessedCall> => {
  try {
    const profileId = await (call.type === 'alias'
      ? applyAlias(call, context)
      : upsert(personOfCall(call, context.accountSettings), context));
    return { outcome: 'accepted', received: receivedProfile(profileId) };
  } catch (error) {
    if (!(error instanceof ApiError) || errorCodes[error.code].status >= 429) throw error;
    // Problems of profiles point into bodies of another shape.
    const pointer = `/${call.index}`;
    return {
      outcome: reject(
        error.code,
        error.problems.map(({ detail }) => ({ detail, source: { pointer } })),
      ),
      ...(isErasedError(error) && { received: receivedProfile(undefined) }),
    };
  }
};

/** Returns the id of the profile, or undefined if the person of a public call was erased. */
const upsert = async (input: ProfileInput, context: Context): Promise<string | undefined> => {
  if (context.caller.kind === 'public') return upsertPublicProfile(input, context);
  return (await upsertProfile(input, { onConflict: 'keep', caller: 'trusted' }, context)).profile.id;
};

/**
 * `previousId` and `userId` are the same person. A public call proves nothing, and only adds an anonymous id to a
 * profile. A key merges: any visitor, and people who are both known if it may change profiles.
 */
const applyAlias = async ({ userId = '', previousId = '' }: Call, context: Context): Promise<string | undefined> => {
  const both: ProfileInput = { identifiers: { external_id: userId, anonymous_id: previousId }, fields: {} };
  if (context.caller.kind === 'public') return upsertPublicProfile(both, context);
  const [[visitor] = [], [known] = []] = await readIdentifierOwnersOfMany(
    [{ anonymous_id: previousId }, { external_id: previousId }],
    context,
  );
  const isOfUser = visitor?.owner === undefined && known?.owner !== undefined;
  const { profile } = await upsertProfile(
    isOfUser ? { identifiers: { external_id: userId }, fields: {} } : both,
    { onConflict: 'keep', caller: 'trusted' },
    context,
  );
  // A call that is answered at the same time may have created the profile of the visitor.
  const source = isOfUser ? known.owner : (await readIdentifierOwners({ anonymous_id: previousId }, context))[0]?.owner;
  if (source === undefined || source === profile.id) return profile.id;
  const previous = await getProfile(source, context);
  if (previous.id === profile.id) return profile.id;
  const isVisitor = ownKinds.every((kind) => previous[kind] === undefined) && !previous.aliases;
  if (!isVisitor && !hasScope(context.caller, MERGE_SCOPE)) throw missingScopeError();
  await mergeProfiles({ destination: profile.id, source: previous.id, cause: 'request' }, context);
  return profile.id;
};

const MERGE_SCOPE = 'profiles:write';

const missingScopeError = () =>
  new ApiError('permission_denied', {
    detail: `Both people of the alias are known. Merging them needs a key with the scope ${MERGE_SCOPE}.`,
  });
