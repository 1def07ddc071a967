import { expect, test } from 'vitest';
import { openBus } from '../../../functions/platform/bus/bus.ts';
import { startEventBridge } from '../../support/servers/event-bridge.ts';

const at = new Date('2026-01-01T00:00:00Z');
const event = (n: number, bytes = 0) => ({
  type: 'event.created',
  detail: JSON.stringify({ n, x: 'x'.repeat(bytes) }),
  at,
});

const numbered = (count: number, bytes = 0) => Array.from({ length: count }, (_, n) => event(n, bytes));

test('puts events that come together in calls of ten', async () => {
  const eventBridge = await startEventBridge();
  const bus = openBus('arn:aws:events:us-east-1:111111111111:event-bus/shop', eventBridge.config);
  expect(bus.name).toBe('shop');
  await Promise.all(numbered(25).map(bus.put));
  expect(eventBridge.calls.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([5, 10, 10]);
  expect(eventBridge.accepted[0]).toMatchObject({
    EventBusName: 'arn:aws:events:us-east-1:111111111111:event-bus/shop',
    Source: 'tributary',
    DetailType: 'event.created',
  });
});

test('puts at most 256 KB in a call, and refuses an event that is larger', async () => {
  const eventBridge = await startEventBridge();
  const bus = openBus('shop', eventBridge.config);
  await Promise.all(numbered(7, 100_000).map(bus.put));
  expect(eventBridge.calls.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([1, 2, 2, 2]);
  expect(await bus.put(event(1, 300_000))).toContain('EventBridge allows 262144');
});

test('fails only the events that the bus refused, or all of a call that failed', async () => {
  const eventBridge = await startEventBridge();
  const bus = openBus('shop', eventBridge.config);
  eventBridge.refuse(({ Detail }) => (JSON.parse(Detail).n % 2 === 1 ? 'ThrottlingException' : undefined));
  const outcomes = async () => (await Promise.allSettled(numbered(4).map(bus.put))).map(({ status }) => status);
  expect(await outcomes()).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  eventBridge.refuse(({ Detail }) => (JSON.parse(Detail).n === 0 ? 'MalformedDetail' : undefined));
  expect(await Promise.all(numbered(2).map(bus.put))).toEqual([expect.stringContaining('MalformedDetail'), undefined]);
  eventBridge.answerStatus(500);
  expect(await outcomes()).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
});
