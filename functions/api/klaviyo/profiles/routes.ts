import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { SuppressionReason } from '../../../domains/consent/records/suppression.ts';
import { upsertProfile } from '../../../domains/profiles/actions.ts';
import { leftOutHeader, leftOutHeaderDescription } from '../../../domains/profiles/left-out.ts';
import type { UpsertRules } from '../../../domains/profiles/plan.ts';
import { ProfileResource, toInput } from '../../../domains/profiles/records/profile.ts';
import { getProfile as getStoredProfile } from '../../../domains/profiles/records/resolve.ts';
import { MAX_CALL_BYTES } from '../../../domains/profiles/records/size.ts';
import { sourceOfCall } from '../../../domains/receipts/source.ts';
import { ApiError } from '../../../platform/errors.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { reply } from '../../../platform/http/route.ts';
import { receiptHeader, receiptHeaderDescription, receivedProfile } from '../../receipts.ts';
import { route } from '../protocol.ts';
import { ConversationView, SegmentView } from '../unsupported-resources.ts';
import { listView } from '../views/list.ts';
import { ProfileView } from '../views/profile.ts';
import { profileQueryOptions, profileResource, profileResources } from '../views/profile-resources.ts';
import { pushTokenView } from '../views/push-token.ts';
import { relatedResources } from '../views/related.ts';
import { listProfiles } from './listing.ts';
import {
  LIST_SUPPRESSION_LIST,
  LIST_SUPPRESSION_REASON,
  LIST_SUPPRESSION_TIME,
  SUPPRESSION_REASON,
  SUPPRESSION_TIME,
} from './suppression-filters.ts';

const Body = v.object({ data: ProfileResource });
const Result = documentSchema('profile', ProfileView);

const headersFor = (profileId: string, context: Context): Promise<Record<string, string>> =>
  receiptHeader(receivedProfile(profileId), sourceOfCall('api', context.caller), context);

const exactFilter = { operators: ['equals', 'any'], value: 'text' } as const;
const timeFilter = {
  operators: ['greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'],
  value: 'time',
} as const;

export const createProfile = route({
  method: 'POST',
  path: '/api/profiles',
  summary: 'Create a profile',
  description: '409 with `meta.duplicate_profile_id` if a profile already has one of the identifiers.',
  scope: 'profiles:write',
  status: 201,
  maxBodyBytes: MAX_CALL_BYTES,
  reading: profileQueryOptions,
  body: Body,
  result: Result,
  headers: receiptHeaderDescription,
  errors: ['duplicate_profile', 'erased'],

  async handle({ body, selection }, context) {
    const { id: _, ...input } = toInput(body.data);
    const rules: UpsertRules = { onConflict: 'refuse', caller: 'trusted', mustCreate: true };
    const { profile } = await upsertProfile(input, rules, context);
    const document = resourceDocument(await profileResource(profile, { ...selection, isNew: true }, context));
    return reply(document, { headers: await headersFor(profile.id, context) });
  },
});

export const getProfiles = route({
  method: 'GET',
  path: '/api/profiles',
  summary: 'List profiles',
  description:
    'Oldest first, unless a sort or a filter by `updated` alone gives another order. Sorting by `email` lists ' +
    'only profiles that have an address. Lists and time filters lag by about a second; filters by identifier ' +
    'are always current. A page may be short or empty and still have a next page.',
  scope: 'profiles:read',
  status: 200,
  reading: {
    ...profileQueryOptions,
    filters: {
      id: exactFilter,
      email: exactFilter,
      phone_number: exactFilter,
      external_id: { operators: ['equals', 'any'], value: ['text', 'number'] },
      push_token: exactFilter,
      _kx: { operators: ['equals'] },
      created: timeFilter,
      updated: timeFilter,
      [SUPPRESSION_REASON]: { operators: ['equals'], oneOf: SuppressionReason.options },
      [SUPPRESSION_TIME]: timeFilter,
      [LIST_SUPPRESSION_REASON]: { operators: ['equals'], oneOf: SuppressionReason.options },
      [LIST_SUPPRESSION_TIME]: timeFilter,
      [LIST_SUPPRESSION_LIST]: { operators: ['equals'] },
    },
    include: ['conversations', 'push-tokens'],
    fields: { profile: ProfileView, 'push-token': pushTokenView.schema, conversation: ConversationView },
    sorts: ['created', 'email', 'id', 'updated', SUPPRESSION_TIME, LIST_SUPPRESSION_TIME],
    page: { default: 20, max: 100 },
  },
  result: collectionSchema('profile', ProfileView),

  async handle({ selection }, context) {
    const { items, ...cursors } = await listProfiles(selection, context);
    const { related, included } = await relatedResources(items, selection, context);
    return collectionDocument(
      { ...cursors, items: await profileResources(items, { ...selection, related }, context) },
      context,
      included,
    );
  },
});

export const getProfile = route({
  method: 'GET',
  path: '/api/profiles/{id}',
  summary: 'Get a profile',
  scope: 'profiles:read',
  status: 200,
  reading: {
    ...profileQueryOptions,
    fields: {
      profile: ProfileView,
      list: listView.schema,
      'push-token': pushTokenView.schema,
      segment: SegmentView,
      conversation: ConversationView,
    },
    include: ['lists', 'push-tokens', 'segments', 'conversations', 'conversation'],
  },
  result: Result,
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const profile = await getStoredProfile(params.id, context);
    const { related, included } = await relatedResources([profile], selection, context);
    return resourceDocument(await profileResource(profile, { ...selection, related }, context), included);
  },
});

export const updateProfile = route({
  method: 'PATCH',
  path: '/api/profiles/{id}',
  summary: 'Update a profile',
  description:
    'Absent attributes keep their values; null clears. Custom properties are set one by one. ' +
    '`meta.patch_properties` appends to lists, removes from lists, and removes properties. 409 if another ' +
    'profile has an identifier.',
  scope: 'profiles:write',
  status: 200,
  maxBodyBytes: MAX_CALL_BYTES,
  reading: profileQueryOptions,
  body: Body,
  result: Result,
  headers: receiptHeaderDescription,
  errors: ['not_found', 'duplicate_profile', 'erased'],

  async handle({ params: { id }, body, selection }, context) {
    if (body.data.id && body.data.id !== id) {
      throw new ApiError('invalid', {
        detail: `The id in the body is ${body.data.id}, but the id in the path is ${id}. Send the same id, or none in the body.`,
        source: { pointer: '/data/id' },
      });
    }
    const input = { ...toInput(body.data), id };
    const { profile } = await upsertProfile(input, { onConflict: 'refuse', caller: 'trusted' }, context);
    const document = resourceDocument(await profileResource(profile, selection, context));
    return reply(document, { headers: await headersFor(profile.id, context) });
  },
});

export const createOrUpdateProfile = route({
  method: 'POST',
  path: '/api/profile-import',
  summary: 'Create or update a profile',
  description:
    '201 if the profile is new, 200 if one has the id or one of the identifiers. 409 if the identifiers belong ' +
    'to several profiles that may be one person. If a profile shares an identifier with the call but has ' +
    'another value of a stronger one, the call is about another person, and the identifiers of that profile ' +
    'are left out. Values are set as in an update.',
  scope: 'profiles:write',
  status: 200,
  alsoStatus: 201,
  maxBodyBytes: MAX_CALL_BYTES,
  reading: profileQueryOptions,
  body: Body,
  result: Result,
  headers: { ...receiptHeaderDescription, ...leftOutHeaderDescription },
  errors: ['not_found', 'duplicate_profile', 'erased'],

  async handle({ body, selection }, context) {
    const rules: UpsertRules = { onConflict: 'refuse', caller: 'trusted' };
    const { profile, outcome, leftOut } = await upsertProfile(toInput(body.data), rules, context);
    const isNew = outcome === 'created';
    const document = resourceDocument(await profileResource(profile, { ...selection, isNew }, context));
    const headers = { ...(await headersFor(profile.id, context)), ...leftOutHeader(leftOut) };
    return reply(document, { status: isNew ? 201 : 200, headers });
  },
});
