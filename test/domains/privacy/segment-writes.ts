import { type None, person, type Way, type World } from './person.ts';

const { email, external_id, anonymous_id } = person;

const hers = { userId: external_id, anonymousId: anonymous_id };

const call =
  (path: string, body: object): Way =>
  ({ shop }: World) =>
    shop.post(path, { ...body, writeKey: shop.key });

const track = call('/v1/track', { ...hers, event: 'Order Completed', context: { traits: { email } } });
const identify = call('/v1/identify', { ...hers, traits: { email, name: 'Ada Lovelace' } });
const page = call('/v1/page', { ...hers, name: 'Home' });
const screen = call('/v1/screen', { ...hers, name: 'Cart' });
const group = call('/v1/group', { ...hers, groupId: 'engines' });
const alias = call('/v1/alias', { userId: external_id, previousId: anonymous_id });
/** The second one is refused, and kept for a replay. */
const batch = {
  batch: [
    { type: 'track', ...hers, event: 'Signed Up', properties: { email } },
    { type: 'track', ...hers, properties: { email } },
  ],
};

/** How the routes for Segment's clients store a person. */
export const segmentWrites = {
  segmentTrack: track,
  segmentTrackShort: track,
  segmentIdentify: identify,
  segmentIdentifyShort: identify,
  segmentPage: page,
  segmentPageShort: page,
  segmentScreen: screen,
  segmentScreenShort: screen,
  segmentGroup: group,
  segmentGroupShort: group,
  segmentAlias: alias,
  segmentAliasShort: alias,
  segmentBatch: call('/v1/batch', batch),
  segmentBatchShort: call('/v1/b', batch),
  segmentImport: call('/v1/import', batch),
} satisfies Readonly<Record<string, Way | None>>;
