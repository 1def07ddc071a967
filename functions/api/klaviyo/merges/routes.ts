import * as v from 'valibot';
import { mergeProfiles as merge, undoMerge } from '../../../domains/profiles/merge/actions.ts';
import { mergesOf } from '../../../domains/profiles/merge/journal.ts';
import { MAX_ID_LENGTH } from '../../../domains/profiles/records/profile.ts';
import { ApiError } from '../../../platform/errors.ts';
import { collection, collectionOf, documentOf, linkTo, one } from '../../../platform/http/answer/jsonapi.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { route } from '../protocol.ts';
import { ProfileView } from '../views/profile.ts';
import { MergeView, mergeView } from './view.ts';

const ONE_SOURCE = 'Name one source. Several are merged by several calls.';

const named = v.object({
  type: v.literal('profile'),
  id: v.pipe(v.string(), v.nonEmpty('The id is empty.'), v.maxLength(MAX_ID_LENGTH)),
});

export const mergeProfiles = route({
  method: 'POST',
  path: '/api/profile-merge',
  summary: 'Merge one profile into another',
  description:
    'Complete when it is answered: identifiers, events, lists and consent of both are those of the destination, whose values stand; the id of the source answers with it from then on. The most restrictive state of consent holds. It is journalled, and can be undone. 409 where the two would hold more identifiers than one profile may.',
  scope: 'profiles:write',
  status: 201,
  reading: { fields: { profile: ProfileView } },
  body: v.object({
    data: v.object({
      ...named.entries,
      // Klaviyo's clients name it by what is to be done; some write the profile that it is.
      type: v.picklist(['profile-merge', 'profile']),
      relationships: v.object({
        profiles: v.object({
          data: boundedArray(named, { min: 1, tooFew: ONE_SOURCE, max: 1, tooMany: () => ONE_SOURCE }),
        }),
      }),
    }),
  }),
  result: v.object({
    data: v.object({ type: v.literal('profile'), id: v.string(), links: v.object({ self: v.string() }) }),
    links: v.object({ self: v.string() }),
  }),
  errors: ['not_found', 'conflict'],

  async handle({ body: { data } }, context) {
    const [source] = data.relationships.profiles.data;
    if (!source || source.id === data.id) {
      throw new ApiError('invalid', {
        detail: 'A profile can not be merged into itself.',
        source: { pointer: '/data/relationships/profiles/data/0/id' },
      });
    }
    const { id } = await merge({ destination: data.id, source: source.id, cause: 'request' }, context);
    const links = { self: linkTo(context.origin, '/api/profiles', id) };
    return { data: { type: 'profile', id, links }, links };
  },
});

export const getProfileMerges = route({
  method: 'GET',
  path: '/api/profiles/{id}/merges',
  summary: 'List the merges of a profile',
  description:
    'All merges into it, and into those that were merged into it: the newest first, those that were undone among them.',
  scope: 'profiles:read',
  status: 200,
  reading: { fields: { 'profile-merge': MergeView }, page: { default: 20, max: 100 } },
  result: collectionOf('profile-merge', MergeView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const { items, ...cursors } = await mergesOf(params.id, selection.page, context);
    return collection({ ...cursors, items: items.map((done) => mergeView(done, context, selection.fields)) }, context);
  },
});

export const undoProfileMerge = route({
  method: 'POST',
  path: '/api/profile-merges/{id}/undo',
  summary: 'Undo a merge',
  description:
    'Both profiles are again what they would be without it, complete when it is answered. What was said of the destination since stays with it. Identifiers that have gone to somebody else since can not be given back: `not_restored` tells them. 409 where the destination has itself been merged into another profile since: that merge has to be undone first. Asked for again it answers the same.',
  scope: 'profiles:write',
  status: 200,
  reading: { fields: { 'profile-merge': MergeView } },
  result: documentOf('profile-merge', MergeView),
  errors: ['not_found', 'conflict'],

  async handle({ params, selection }, context) {
    return one(mergeView(await undoMerge(params.id, context), context, selection.fields));
  },
});
