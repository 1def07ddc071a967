import * as v from 'valibot';
import { createExchangeToken } from '../../../domains/profiles/exchange-token.ts';
import { MAX_ID_LENGTH } from '../../../domains/profiles/records/profile.ts';
import { readProfilesById } from '../../../domains/profiles/records/resolve.ts';
import { ApiError } from '../../../platform/errors.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { route } from '../protocol.ts';

const MAX_PROFILES = 1_000;

const ProfileIdentifier = v.object({
  type: v.literal('profile'),
  id: v.pipe(v.string(), v.nonEmpty(), v.maxLength(MAX_ID_LENGTH)),
});
const Token = v.object({
  type: v.literal('profile-token'),
  id: v.string(),
  attributes: v.object({ _kx: v.string() }),
  relationships: v.object({ profile: v.object({ data: v.object({ type: v.literal('profile'), id: v.string() }) }) }),
});

export const createProfileTokens = route({
  method: 'POST',
  path: '/api/profile-tokens',
  summary: 'Create exchange tokens (`_kx`) for links in messages',
  description:
    'A token names its profile wherever a call accepts `_kx`, in this account only, until tokens are revoked. It proves nothing, because links are passed on.',
  scope: 'profiles:write',
  status: 201,
  body: v.object({
    data: boundedArray(ProfileIdentifier, {
      min: 1,
      tooFew: 'Name at least one profile.',
      max: MAX_PROFILES,
      tooMany: (count) => `${count} profiles; at most ${MAX_PROFILES} are allowed.`,
    }),
  }),
  result: v.object({ data: v.array(Token) }),
  errors: ['not_found'],

  async handle({ body }, context) {
    const profiles = await readProfilesById(
      body.data.map(({ id }) => id),
      context,
    );
    const problems = body.data.flatMap(({ id }, i) =>
      profiles.has(id) ? [] : [{ detail: `There is no profile ${id}.`, source: { pointer: `/data/${i}/id` } }],
    );
    if (problems.length > 0) throw new ApiError('not_found', problems);
    const data = [];
    for (const { id } of body.data) {
      const profile = { type: 'profile', id: profiles.get(id)?.id ?? id };
      const token = await createExchangeToken(profile.id, context);
      data.push({
        type: 'profile-token',
        id: token,
        attributes: { _kx: token },
        relationships: { profile: { data: profile } },
      });
    }
    return { data };
  },
});
