import { ada, type Examples } from './people.ts';

const person = { userId: ada.external_id, anonymousId: '4f60a3c1-7d2b-4b0a-9d53-0e7f0a5d9c11' };
const sent = { messageId: 'ajs-next-1782900000000-4f60', timestamp: '2026-07-01T10:00:00.000Z' };

const track = {
  ...person,
  ...sent,
  event: 'Order Completed',
  properties: {
    order_id: '1042',
    total: 59.9,
    currency: 'EUR',
    products: [{ product_id: 'p-1', name: 'Tea', price: 29.95, quantity: 2 }],
  },
  context: { campaign: { name: 'summer', source: 'mail' } },
};
const identify = { ...person, ...sent, traits: { email: ada.email, firstName: 'Ada', plan: 'gold' } };
const page = { ...person, ...sent, name: 'Home', properties: { url: 'https://shop.example/', title: 'Shop' } };
const screen = { ...person, ...sent, name: 'Cart' };
const group = { ...person, ...sent, groupId: 'g-1', traits: { name: 'Analytical Engines' } };
const alias = { ...sent, userId: ada.external_id, previousId: person.anonymousId };
const batch = {
  sentAt: '2026-07-01T10:00:01.000Z',
  batch: [
    { type: 'identify', ...identify },
    { type: 'track', ...track },
  ],
};

export const segmentExamples: Examples = {
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
  segmentBatch: batch,
  segmentBatchShort: batch,
  segmentImport: batch,
};
