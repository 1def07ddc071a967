import { expect, test } from 'vitest';
import { eventText } from '../../functions/browser/tracker/delivery/bodies.ts';
import { LIMITS } from '../../functions/browser/tracker/delivery/journal.ts';
import { openDevice, type Tab } from './device.ts';
import { openServer } from './server.ts';

const DAY_MS = 86_400_000;

const track = ({ queue }: Tab, uniqueId: string, time: number, properties = {}): Promise<boolean> =>
  queue.track(eventText({ name: 'Test', properties, time, uniqueId }), { time, canBackfill: true });

const start = (limits = LIMITS) => {
  const server = openServer();
  const device = openDevice(server.send, limits);
  const tab = device.openTab();
  const anonymous = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await track(tab, `e${i}`, device.clock.now() + i);
  };
  const identify = async (): Promise<void> => {
    void tab.queue.identify({ email: 'ada' });
    await device.clock.pass(10_000);
  };
  const ids = () => server.stored().map(({ id }) => id);
  return { server, device, tab, anonymous, identify, ids };
};

test('a backfill goes in batches of a thousand, in order', async () => {
  const { server, anonymous, identify, ids } = start();
  await anonymous(2_500);
  await identify();
  expect(server.batches).toEqual([1_000, 1_000, 500]);
  expect(ids()).toEqual(Array.from({ length: 2_500 }, (_, i) => `e${i}`));
});

test('a page that ends in the middle of a backfill leaves the rest to the next page', async () => {
  const { server, device, tab, anonymous } = start();
  await anonymous(2_500);
  void tab.queue.identify({ email: 'ada' });
  await device.clock.pass(300 + 40 + 40 + 1);
  tab.close();
  expect(server.batches).toEqual([1_000, 1_000]);
  device.openTab();
  await device.clock.pass(10_000);
  expect(server.batches.slice(2)).toEqual([1_000, 500]);
  expect(new Set(server.stored().map(({ id }) => id)).size).toBe(2_500);
});

test('an event that the server refuses does not keep back the others', async () => {
  const { device, tab, anonymous, identify, ids } = start();
  await anonymous(7);
  await track(tab, 'invalid', device.clock.now() + 3, { isInvalid: true });
  await identify();
  expect(ids()).toHaveLength(7);
  expect(device.area.length).toBe(1);
});

test('events are kept for 14 days, and the newest of too many', async () => {
  const { device, tab, identify, ids } = start({ ...LIMITS, maxCount: 3 });
  await track(tab, 'old', device.clock.now());
  await device.clock.pass(14 * DAY_MS);
  for (const id of ['a', 'b', 'c', 'd']) {
    await device.clock.pass(1_000);
    await track(tab, id, device.clock.now());
  }
  await identify();
  expect(ids()).toEqual(['b', 'c', 'd']);
});

test('a promise says whether the server has taken the call, also if another tab sent it', async () => {
  const { device, tab } = start();
  const results: unknown[] = [];
  const note = (promise: Promise<unknown>) => promise.then((result) => results.push(result));
  void note(tab.queue.identify({ first_name: 'Ada' }));
  void note(track(tab, 'anonymous', device.clock.now()));
  await device.clock.pass(1);
  expect(results).toEqual([false, false]);
  const other = device.openTab();
  void note(other.queue.identify({ email: 'ada' }));
  void note(track(tab, 'known', device.clock.now()));
  await device.clock.pass(1_000);
  expect(results.slice(2)).toEqual([true, true]);
  expect(tab.queue.isIdentified()).toBe(true);
});

test('the token of a form names the visitor; with a token already there, perhaps another person', async () => {
  const { device, tab, anonymous, ids, server } = start();
  await anonymous(1);
  void tab.queue.identified('t/ada');
  await device.clock.pass(1_000);
  const first = device.cookie();
  void track(tab, 'of ada', device.clock.now());
  void tab.queue.identified('t/bob');
  await device.clock.pass(1_000);
  void track(tab, 'of bob', device.clock.now());
  await device.clock.pass(1_000);
  expect(ids()).toEqual(['e0', 'of ada', 'of bob']);
  expect(server.stored().map(({ person }) => person)).toEqual(['ada', 'ada', 'bob']);
  expect(device.cookie()?.cid).not.toBe(first?.cid);
});

test('without consent to marketing, the backfill is dropped', async () => {
  const { tab, anonymous, identify, ids } = start();
  await anonymous(3);
  await tab.queue.dropBackfill();
  await identify();
  expect(ids()).toEqual([]);
});

test('the server says how long to wait, and is not asked before', async () => {
  const { server, device, tab, identify, ids } = start();
  await identify();
  server.expect(['busy', 'busy']);
  void track(tab, 'late', device.clock.now());
  await device.clock.pass(4_900);
  expect(ids()).toEqual([]);
  await device.clock.pass(20_000);
  expect(ids()).toEqual(['late']);
});
