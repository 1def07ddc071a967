import { ApiError } from '../errors.ts';
import type { Identifiers } from './identity.ts';
import type { UpsertRules } from './plan.ts';
import type { Profile, ProfileInput } from './profile.ts';
import type { Named } from './resolve.ts';

const MAX_ANONYMOUS_IDS = 20;

/** A profile's identifiers after a call, which of them have to be claimed for it, and which it lets go. */
export const changedIdentity = (
  current: Profile,
  input: ProfileInput,
  named: readonly Named[],
  { caller }: UpsertRules,
) => {
  const { external_id, email, phone_number, anonymous_ids = [] } = current;
  const next: { -readonly [K in keyof Identifiers]: Identifiers[K] } & { anonymous_ids?: string[] } = {
    ...(external_id && { external_id }),
    ...(email && { email }),
    ...(phone_number && { phone_number }),
    ...(anonymous_ids.length > 0 && { anonymous_ids }),
  };
  const claims: Named[] = [];
  const releases: Named[] = [];
  const isAnonymous = !external_id && !email && !phone_number;

  for (const kind of ['external_id', 'email', 'phone_number'] as const) {
    const given = input.identifiers[kind];
    const before = next[kind];
    if (given === undefined || given === before || (caller === 'public' && (given === null || !isAnonymous))) continue;
    if (given !== null && named.some((one) => one.kind === kind && one.owner !== undefined)) continue;
    if (before !== undefined) releases.push({ kind, value: before });
    if (given === null) delete next[kind];
    else {
      next[kind] = given;
      claims.push({ kind, value: given });
    }
  }
  const anonymous = named.find(({ kind, owner }) => kind === 'anonymous_id' && owner === undefined);
  if (anonymous) {
    claims.push(anonymous);
    const all = [...anonymous_ids, anonymous.value];
    next.anonymous_ids = all.slice(-MAX_ANONYMOUS_IDS);
    releases.push(...all.slice(0, -MAX_ANONYMOUS_IDS).map((value) => ({ kind: 'anonymous_id' as const, value })));
  }
  if (Object.keys(next).length === 0) {
    throw new ApiError('invalid', {
      detail: 'This would clear the last identifier of the profile. Give it another one first.',
      source: { pointer: '/data/attributes' },
    });
  }
  return { next, claims, releases };
};
