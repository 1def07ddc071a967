import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { findProfile } from '../../../domains/profiles/records/resolve.ts';
import { collectionSchema, identifiersSchema } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { ConversationView, noneOf, nothingRelated, SegmentView, unbuilt } from '../unbuilt.ts';

const common = { ...unbuilt, scope: 'profiles:read' } as const;
const none = noneOf(findProfile);
const conversations = { fields: { conversation: ConversationView } };

const nothing = async (id: string, context: Context) => {
  await findProfile(id, context);
  return { data: null, links: { self: new URL(context.url, context.origin).href } };
};

export const getSegmentsForProfile = route({
  ...common,
  path: '/api/profiles/{id}/segments',
  summary: 'Get the segments of a profile',
  reading: { fields: { segment: SegmentView } },
  result: collectionSchema('segment', v.partial(SegmentView)),
  handle: none,
});

export const getSegmentIdsForProfile = route({
  ...common,
  path: '/api/profiles/{id}/relationships/segments',
  summary: 'Get the ids of the segments of a profile',
  result: identifiersSchema('segment'),
  handle: none,
});

export const getConversationsForProfile = route({
  ...common,
  path: '/api/profiles/{id}/conversations',
  summary: 'Get the conversations with a profile',
  reading: conversations,
  result: collectionSchema('conversation', ConversationView),
  handle: none,
});

export const getConversationIdsForProfile = route({
  ...common,
  path: '/api/profiles/{id}/relationships/conversations',
  summary: 'Get the ids of the conversations with a profile',
  result: identifiersSchema('conversation'),
  handle: none,
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
