import * as v from 'valibot';
import { mergeProfiles as merge, undoMerge } from '../../../domains/profiles/merge/actions.ts';
import { listMerges } from '../../../domains/profiles/merge/journal.ts';
import { MAX_ID_LENGTH } from '../../../domains/profiles/records/profile.ts';
import { ApiError } from '../../../platform/errors.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  linkTo,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { route } from '../protocol.ts';
import { ProfileView } from '../views/profile.ts';
import { MergeView, mergeView } from './view.ts';

const ONE_SOURCE = 'Send one source. Merge several profiles with several calls.';

const profileIdentifier = v.object({
  type: v.literal('profile'),
  id: v.pipe(v.string(), v.nonEmpty('The id is empty.'), v.maxLength(MAX_ID_LENGTH)),
});

export const mergeProfiles = route({
  method: 'POST',
  path: '/api/profile-merge',
  summary: 'Merge one profile into another',
  description:
    'The merge is complete when the response is sent. The destination has the identifiers, events, lists and ' +
    'consent of both; its attribute values win. The id of the source then returns the destination. The most ' +
    'restrictive consent applies. A merge is recorded and can be undone. 409 if the two together have more ' +
    'identifiers than one profile may have.',
  scope: 'profiles:write',
  status: 201,
  reading: { fields: { profile: ProfileView } },
  body: v.object({
    data: v.object({
      ...profileIdentifier.entries,
      // Klaviyo's clients send either type.
      type: v.picklist(['profile-merge', 'profile']),
      relationships: v.object({
        profiles: v.object({
          data: boundedArray(profileIdentifier, { min: 1, tooFew: ONE_SOURCE, max: 1, tooMany: () => ONE_SOURCE }),
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
        detail: 'A profile cannot be merged into itself.',
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
    'All merges into the profile and into profiles that were merged into it, newest first, undone ones included.',
  scope: 'profiles:read',
  status: 200,
  reading: { fields: { 'profile-merge': MergeView }, page: { default: 20, max: 100 } },
  result: collectionSchema('profile-merge', MergeView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const { items, ...cursors } = await listMerges(params.id, selection.page, context);
    return collectionDocument(
      { ...cursors, items: items.map((mergeRecord) => mergeView(mergeRecord, context, selection.fields)) },
      context,
    );
  },
});

export const undoProfileMerge = route({
  method: 'POST',
  path: '/api/profile-merges/{id}/undo',
  summary: 'Undo a merge',
  description:
    'Restores both profiles as they would be without the merge. The undo is complete when the response is ' +
    'sent. Later changes of the destination stay with it. Identifiers that another profile has since cannot be ' +
    'restored: `not_restored` lists them. 409 if the destination has since been merged into another profile: ' +
    'undo that merge first. Repeating the call returns the same result.',
  scope: 'profiles:write',
  status: 200,
  reading: { fields: { 'profile-merge': MergeView } },
  result: documentSchema('profile-merge', MergeView),
  errors: ['not_found', 'conflict'],

  async handle({ params, selection }, context) {
    return resourceDocument(mergeView(await undoMerge(params.id, context), context, selection.fields));
  },
});
