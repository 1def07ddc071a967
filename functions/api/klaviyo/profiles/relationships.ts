import * as v from 'valibot';
import { readListsOf } from '../../../domains/lists/actions.ts';
import { readTokens } from '../../../domains/profiles/push-tokens/actions.ts';
import { idsOf, type Profile } from '../../../domains/profiles/records/profile.ts';
import { getProfile } from '../../../domains/profiles/records/resolve.ts';
import { fromView } from '../../../platform/http/resource/relationship.ts';
import { defineRelationships, toMany } from '../resource.ts';
import { ConversationView, SegmentView, unsupportedRelationship, unsupportedToOne } from '../unsupported-resources.ts';
import { listView } from '../views/list.ts';
import { ProfileView } from '../views/profile.ts';
import { pushTokenView } from '../views/push-token.ts';

const lists = toMany({
  ...fromView(listView),
  noun: { one: 'list', many: 'lists' },
  read: async (profile: Profile, _, context) => ({ items: await readListsOf(profile, context) }),
  related: { operation: 'getListsForProfile', scope: 'lists:read', description: 'Membership is not consent.' },
  ids: { operation: 'getListIdsForProfile', scope: 'lists:read' },
});

const pushTokens = toMany({
  ...fromView(pushTokenView),
  noun: { one: 'push token', many: 'push tokens' },
  async read(profile: Profile, _, context) {
    const tokens = await readTokens(idsOf(profile), context);
    return { items: tokens.map((token) => ({ id: token.id, token, profile })) };
  },
  related: { operation: 'getPushTokensForProfile' },
  ids: { operation: 'getPushTokenIdsForProfile' },
});

const segments = unsupportedRelationship({
  type: 'segment',
  noun: { one: 'segment', many: 'segments' },
  schema: v.partial(SegmentView),
  related: { operation: 'getSegmentsForProfile' },
  ids: { operation: 'getSegmentIdsForProfile' },
});

const conversations = unsupportedRelationship({
  type: 'conversation',
  noun: { one: 'conversation', many: 'conversations' },
  schema: ConversationView,
  related: { operation: 'getConversationsForProfile', summary: 'Get the conversations with a profile' },
  ids: { operation: 'getConversationIdsForProfile', summary: 'Get the ids of the conversations with a profile' },
});

const conversation = unsupportedToOne({
  type: 'conversation',
  schema: ConversationView,
  related: { operation: 'getConversationForProfile', summary: 'Get the conversation with a profile' },
  ids: { operation: 'getConversationIdForProfile', summary: 'Get the id of the conversation with a profile' },
});

export const routes = defineRelationships({
  type: 'profile',
  path: '/api/profiles',
  schema: ProfileView,
  noun: { one: 'profile', many: 'profiles' },
  scope: 'profiles',
  getOne: getProfile,
  relationships: { lists, 'push-tokens': pushTokens, segments, conversations, conversation },
});
