import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { addMembers, getList, removeMembers } from '../../../domains/lists/actions.ts';
import { bytesOf, MAX_ID_LENGTH } from '../../../domains/profiles/records/profile.ts';
import { profilesById } from '../../../domains/profiles/records/resolve.ts';
import { offsetTime } from '../../../model/offset-time.ts';
import { ApiError } from '../../../platform/errors.ts';
import { fitting } from '../../../platform/http/answer/fitting.ts';
import { collection, collectionOf, identifiersOf } from '../../../platform/http/answer/jsonapi.ts';
import type { Reading } from '../../../platform/http/query/reading.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Text } from '../../../platform/validation/text.ts';
import { route } from '../protocol.ts';
import { answerAll, profileReading } from '../views/answer.ts';
import { ProfileView } from '../views/profile.ts';
import { listMembers } from './member-listing.ts';

const MAX_MEMBERS = 1_000;

const Body = v.object({
  data: boundedArray(v.object({ type: v.literal('profile'), id: v.pipe(Text, v.nonEmpty('The id is empty.')) }), {
    min: 1,
    tooFew: 'Name at least one profile.',
    max: MAX_MEMBERS,
    tooMany: (count) => `${count} profiles; at most ${MAX_MEMBERS} are taken.`,
  }),
});

const reading = {
  filters: {
    email: { operators: ['equals', 'any'] },
    phone_number: { operators: ['equals', 'any'] },
    push_token: { operators: ['equals', 'any'] },
    _kx: { operators: ['equals'] },
    joined_group_at: {
      operators: ['greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'],
      value: 'time',
    },
  },
  sorts: ['joined_group_at'],
  page: { default: 20, max: 100 },
} as const satisfies Reading;

const MemberView = v.object({ ...ProfileView.entries, joined_group_at: v.optional(v.string()) });

const ORDER =
  'Who joined first comes first, unless sorted otherwise. Up to date within about a second; a filter by an identifier at once. A page may be shorter than asked for and still have a next one.';

export const addProfilesToList = route({
  method: 'POST',
  path: '/api/lists/{id}/relationships/profiles',
  summary: 'Add profiles to a list',
  description: 'Being on a list is no consent. Who is on it already stays as it joined first.',
  scope: 'lists:write',
  status: 204,
  body: Body,
  errors: ['not_found'],

  async handle({ params, body }, context) {
    const { id } = await getList(params.id, context);
    const at = context.now();
    const known = await everybody(body.data, context);
    await addMembers(
      id,
      known.map((profileId) => ({ profileId, at })),
      context,
    );
    return undefined;
  },
});

export const removeProfilesFromList = route({
  method: 'DELETE',
  path: '/api/lists/{id}/relationships/profiles',
  summary: 'Remove profiles from a list',
  description: 'What they consented to stays as it is. Who is not on the list is no error.',
  scope: 'lists:write',
  status: 204,
  body: Body,
  errors: ['not_found'],

  async handle({ params, body }, context) {
    const { id } = await getList(params.id, context);
    await removeMembers(id, await everybody(body.data, context), context);
    return undefined;
  },
});

export const getProfilesForList = route({
  method: 'GET',
  path: '/api/lists/{id}/profiles',
  summary: 'Get the profiles on a list',
  description: ORDER,
  scope: 'lists:read',
  status: 200,
  reading: { ...profileReading, fields: { profile: MemberView }, ...reading },
  result: collectionOf('profile', MemberView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const { id } = await getList(params.id, context);
    const { page } = selection;
    const read = (size: number) => listMembers(id, { ...selection, page: { ...page, size } }, context);
    const { items, ...cursors } = await fitting(page.size, read, ({ profile }) => bytesOf(profile));
    const joined = new Map(
      items.map(({ profile, joinedAt }) => [profile.id, { joined_group_at: offsetTime(joinedAt) }]),
    );
    const profiles = items.map(({ profile }) => profile);
    return collection(
      { ...cursors, items: await answerAll(profiles, { ...selection, extra: joined }, context) },
      context,
    );
  },
});

export const getProfileIdsForList = route({
  method: 'GET',
  path: '/api/lists/{id}/relationships/profiles',
  summary: 'Get the ids of the profiles on a list',
  description: ORDER,
  scope: 'lists:read',
  status: 200,
  reading,
  result: identifiersOf('profile'),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const { id } = await getList(params.id, context);
    const { items, ...cursors } = await listMembers(id, selection, context);
    return collection(
      { ...cursors, items: items.map(({ profile }) => ({ type: 'profile', id: profile.id })) },
      context,
    );
  },
});

/** The ids of all that are named, or a 404 that points at each that isn't there. */
const everybody = async (named: readonly { readonly id: string }[], context: Context): Promise<string[]> => {
  const found = await profilesById(
    named.map(({ id }) => id),
    context,
  );
  const problems = named.flatMap(({ id }, i) =>
    found.has(id)
      ? []
      : [{ detail: `There is no profile ${id.slice(0, MAX_ID_LENGTH)}.`, source: { pointer: `/data/${i}/id` } }],
  );
  if (problems.length > 0) throw new ApiError('not_found', problems);
  return named.flatMap(({ id }) => found.get(id)?.id ?? []);
};
