import { expect } from 'vitest';
import { events } from '../../../functions/services/events.ts';
import { startApp } from '../../support/app.ts';

export const order = {
  type: 'track',
  userId: 'u1',
  messageId: 'm1',
  event: 'Order Completed',
  timestamp: '2025-12-31T10:00:00.000Z',
  properties: { order_id: 'o1', total: 12 },
};
export const stored = { success: true, accepted: 1, duplicates: 0, rejected: [], receipts: [expect.any(String)] };

interface SeenEvent {
  readonly metric: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly time: string;
  readonly person: Readonly<Record<string, unknown>>;
}

/** The events service with the requests of Segment's clients. */
export const startSegment = async (options?: Parameters<typeof startApp>[1]) => {
  const app = await startApp(events, options);
  const basic = (writeKey: string) => `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  const sendAs =
    (writeKey: string) =>
    (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      app.post(path, body, { authorization: basic(writeKey), ...headers });
  return {
    ...app,
    basic,
    /** As a server with a private key. */
    trusted: sendAs(app.key),
    /** As a browser. */
    open: sendAs(app.account),
    /** The events of all people, oldest first, by metric. */
    events: async (): Promise<readonly SeenEvent[]> => {
      const { body } = await app.get('/api/events?include=metric,profile&sort=datetime');
      const included = (type: string, id: string) =>
        body.included.find((one: { type: string; id: string }) => one.type === type && one.id === id).attributes;
      return body.data.map(
        // biome-ignore lint/suspicious/noExplicitAny: the API's answer
        ({ attributes, relationships }: any) => ({
          metric: included('metric', relationships.metric.data.id).name,
          properties: attributes.event_properties,
          time: attributes.datetime,
          person: included('profile', relationships.profile.data.id),
        }),
      );
    },
  };
};
