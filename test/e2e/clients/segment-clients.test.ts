import { expect, inject, type TestContext, test } from 'vitest';
import { openFaultyPath, type PathFault } from '../../support/deployed/faulty-path.ts';
import { drivers, NUMBERED } from '../../support/deployed/segment/drive.ts';
import { clients, timeline } from '../../support/deployed/segment/matrix.ts';
import { seenOf } from '../../support/deployed/segment/seen.ts';

const everyOther: readonly PathFault[] = ['busy', 'none', 'lost', 'none', 'unavailable', 'none', 'cut', 'none'];

const NUMBERS = 40;
const all = Object.entries(drivers);

const start = async (faults: readonly PathFault[], { onTestFinished }: Pick<TestContext, 'onTestFinished'>) => {
  const { apiUrl, apiKey } = inject('stack');
  let at = 0;
  const path = await openFaultyPath(apiUrl, () => faults[at++] ?? 'none');
  onTestFinished(path.stop);
  const user = crypto.randomUUID();
  return { path, drive: { host: path.endpoint, writeKey: apiKey, user, email: `${user}@example.com` } };
};

test.for(all)('%s stores each of its calls, about one person', async ([, drive], context) => {
  const { drive: options } = await start([], context);
  await drive({ ...options, numbers: 0 });
  const { profile, events } = await seenOf(options.email, timeline.length);
  expect(events.map(({ metric }) => metric).toSorted()).toEqual(timeline);
  expect(profile.attributes).toMatchObject({
    external_id: options.user,
    first_name: 'Ada',
    organization: 'Engines',
    properties: { group_id: 'g-1' },
  });
  expect(events.find(({ metric }) => metric === 'Placed Order')?.properties).toMatchObject({
    $value: 12.5,
    OrderId: 'o-1',
    ItemNames: ['Tea'],
  });
});

// They wait to try again most of the time. What they need is installed by now.
test.concurrent.for(all)(
  '%s loses and repeats nothing where requests are refused, cut off and answered in vain',
  async ([name, drive], context) => {
    expect(clients[name as keyof typeof clients].faults).toBe(true);
    const { path, drive: options } = await start(everyOther, context);
    await drive({ ...options, numbers: NUMBERS });
    const { events } = await seenOf(options.email, timeline.length + NUMBERS);
    const numbers = events.filter(({ metric }) => metric === NUMBERED).map(({ properties }) => Number(properties.n));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: NUMBERS }, (_, n) => n));
    expect(events).toHaveLength(timeline.length + NUMBERS);
    const { busy, lost, unavailable, cut } = path.counts;
    expect({ busy, lost, unavailable, cut }).toEqual({ busy: 1, lost: 1, unavailable: 1, cut: 1 });
  },
);
