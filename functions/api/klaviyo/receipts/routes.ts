import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { Channel, ConsentType, Status } from '../../../domains/consent/records/consent.ts';
import { itemTypes } from '../../../domains/receipts/item.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';
import { documentSchema, linkTo, resourceDocument } from '../../../platform/http/response/jsonapi.ts';
import { hasScope } from '../../caller-scope.ts';
import { route } from '../protocol.ts';
import { type FoundConsent, type FoundMembership, foundOutcomes } from './found.ts';
import { type Receipt, readReceipt } from './receipt.ts';

const TYPE = 'receipt';

const Consent = v.object({
  profile_id: v.string(),
  channel: Channel,
  type: ConsentType,
  status: Status,
  at: v.string(),
  /** The newest entry in the ledger of the profile. */
  ledger_entry_id: v.string(),
});

const consentView = ({
  profileId,
  channel,
  type,
  status,
  at,
  entryId,
}: FoundConsent): v.InferOutput<typeof Consent> => ({
  profile_id: profileId,
  channel,
  type,
  status,
  at: withUtcOffset(at),
  ledger_entry_id: entryId,
});

const Membership = v.object({
  list_id: v.string(),
  profile_id: v.string(),
  /** Null if the profile is not on the list. */
  joined_at: v.nullable(v.string()),
});

const membershipView = ({ listId, profileId, joinedAt }: FoundMembership): v.InferOutput<typeof Membership> => ({
  list_id: listId,
  profile_id: profileId,
  joined_at: joinedAt === undefined ? null : withUtcOffset(joinedAt),
});

const view = defineView({
  type: TYPE,
  path: '/api/receipts',
  entries: {
    outcome: v.picklist(foundOutcomes),
    item_type: v.picklist(itemTypes),
    source: v.string(),
    received_at: v.string(),
    /** Null if nothing is stored. */
    event_id: v.nullable(v.string()),
    /** The current profile of the event or call. */
    profile_id: v.nullable(v.string()),
    /** All current profiles of an entry that concerns several. */
    profile_ids: v.array(v.string()),
    push_token_id: v.nullable(v.string()),
    list_id: v.nullable(v.string()),
    rejected_item_id: v.nullable(v.string()),
    /** The consent of the call's topics as it is now. Null for a key without `subscriptions:read`. */
    consent: v.nullable(v.array(Consent)),
    /** Whether the profiles are on the list of the call now. Null for a key without `lists:read`. */
    memberships: v.nullable(v.array(Membership)),
    /** Why it was not stored, or has no effect. */
    reasons: v.array(v.object({ detail: v.string(), pointer: v.nullable(v.string()) })),
    event_url: v.nullable(v.string()),
    profile_url: v.nullable(v.string()),
  },
  attributes: (
    {
      outcome,
      itemType,
      source,
      receivedAt,
      eventId,
      profileId,
      profileIds = profileId === undefined ? [] : [profileId],
      pushTokenId,
      listId,
      rejectedItemId,
      consent,
      memberships,
      reasons = [],
    }: Receipt,
    { origin, caller }: Pick<Context, 'origin' | 'caller'>,
  ) => ({
    outcome,
    item_type: itemType,
    source,
    received_at: withUtcOffset(receivedAt.toISOString()),
    event_id: eventId ?? null,
    profile_id: profileId ?? null,
    profile_ids: profileIds.slice(),
    push_token_id: pushTokenId ?? null,
    list_id: listId ?? null,
    rejected_item_id: rejectedItemId ?? null,
    consent: consent && hasScope(caller, 'subscriptions:read') ? consent.map(consentView) : null,
    memberships: memberships && hasScope(caller, 'lists:read') ? memberships.map(membershipView) : null,
    reasons: reasons.map(({ detail, pointer = null }) => ({ detail, pointer })),
    event_url: eventId === undefined ? null : linkTo(origin, '/api/events', eventId),
    profile_url: profileId === undefined ? null : linkTo(origin, '/api/profiles', profileId),
  }),
});

export const getReceipt = route({
  method: 'GET',
  path: '/api/receipts/{id}',
  summary: 'Get a receipt',
  description:
    'What became of an item, by the receipt that its response named. `stored` and `duplicate` say where it is now, ' +
    '`conflict` names the event that has the `unique_id`. `erased` means that the person was erased, then or since; ' +
    '`expired` that the event is older than events are kept; `removed` that a push token or a member of a list was removed since; ' +
    '`pending` that a worker or the person still has to complete it; `suppressed` that the address receives nothing, ' +
    'whatever the consent.',
  scope: 'events:read',
  status: 200,
  reading: { fields: { [TYPE]: view.schema } },
  result: documentSchema(TYPE, view.schema),
  errors: ['not_found'],

  async handle({ params, selection: { fields } }, context) {
    return resourceDocument(view.show(await readReceipt(params.id, context), context, fields));
  },
});
