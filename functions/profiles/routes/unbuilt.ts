import * as v from 'valibot';
import type { Context } from '../../context.ts';
import { collection, collectionOf, identifiersOf } from '../../http/jsonapi.ts';
import { route } from '../../http/route.ts';
import { ConversationView, NONE_YET, nothingRelated, SegmentView } from '../../http/unbuilt.ts';
import { findProfile } from '../resolve.ts';

const common = {
  method: 'GET',
  description: NONE_YET,
  scope: 'profiles:read',
  status: 200,
  errors: ['not_found'],
} as const;
const conversations = { fields: { conversation: ConversationView } };

const none = async (id: string, context: Context) => {
  await findProfile(id, context);
  return collection({ items: [] }, context);
};

const nothing = async (id: string, context: Context) => {
  await findProfile(id, context);
  return { data: null, links: { self: new URL(context.url, context.origin).href } };
};

export const getSegmentsForProfile = route({
  ...common,
  path: '/api/profiles/{id}/segments',
  summary: 'Get the segments of a profile',
  reading: { fields: { segment: SegmentView } },
  result: collectionOf('segment', v.partial(SegmentView)),
  handle: ({ params }, context) => none(params.id, context),
});

export const getSegmentIdsForProfile = route({
  ...common,
  path: '/api/profiles/{id}/relationships/segments',
  summary: 'Get the ids of the segments of a profile',
  result: identifiersOf('segment'),
  handle: ({ params }, context) => none(params.id, context),
});

export const getConversationsForProfile = route({
  ...common,
  path: '/api/profiles/{id}/conversations',
  summary: 'Get the conversations with a profile',
  reading: conversations,
  result: collectionOf('conversation', ConversationView),
  handle: ({ params }, context) => none(params.id, context),
});

export const getConversationIdsForProfile = route({
  ...common,
  path: '/api/profiles/{id}/relationships/conversations',
  summary: 'Get the ids of the conversations with a profile',
  result: identifiersOf('conversation'),
  handle: ({ params }, context) => none(params.id, context),
});

export const getConversationForProfile = route({
  ...common,
  path: '/api/profiles/{id}/conversation',
  summary: 'Get the conversation with a profile',
  reading: conversations,
  result: nothingRelated,
  handle: ({ params }, context) => nothing(params.id, context),
});

export const getConversationIdForProfile = route({
  ...common,
  path: '/api/profiles/{id}/relationships/conversation',
  summary: 'Get the id of the conversation with a profile',
  result: nothingRelated,
  handle: ({ params }, context) => nothing(params.id, context),
});
