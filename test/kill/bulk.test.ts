import { expect, test } from 'vitest';
import { generator } from '../support/random.ts';
import { awsEndpoint } from '../support/servers/aws-endpoint.ts';
import { sized } from '../support/size.ts';
import { shortLives } from './lifetimes.ts';
import { type Life, openShop, undisturbed } from './shop.ts';

const EVENTS = '/api/event-bulk-create-jobs';
const PROFILES = '/api/profile-bulk-import-jobs';
const SUPPRESSIONS = '/api/profile-suppression-bulk-create-jobs';

const emailOf = (i: number): string => `p${i}@example.com`;
const profile = (i: number, more: object = {}) => ({ type: 'profile', attributes: { email: emailOf(i), ...more } });

const manyEvents = (count: number) => {
  const event = (i: number) => ({
    type: 'event',
    attributes: {
      properties: { i },
      metric: { data: { type: 'metric', attributes: { name: `M${i % 3}` } } },
      time: new Date(Date.UTC(2025, 0, 1) + i).toISOString(),
      ...(i % 2 === 0 && { unique_id: `u${i}` }),
    },
  });
  const group = (person: number) => ({
    type: 'event-bulk-create',
    attributes: {
      profile: { data: profile(person) },
      events: { data: Array.from({ length: count / 10 }, (_, i) => event(person + i * 10)) },
    },
  });
  const groups = Array.from({ length: 10 }, (_, person) => group(person));
  return {
    data: { type: 'event-bulk-create-job', attributes: { 'events-bulk-create': { data: groups } } },
  };
};

type Shop = Awaited<ReturnType<typeof openShop>>;

const COUNT = sized({ full: 500, reduced: 200 });

/** The final state of two shops: in one of them nothing was killed. */
const inBoth = async (work: (shop: Shop, lifeOf: (of: string) => Life) => Promise<unknown>) => {
  const [calm, hurt] = [await openShop({ awsEndpoint: awsEndpoint() }), await openShop({ awsEndpoint: awsEndpoint() })];
  const expected = await work(calm, () => undisturbed);
  const found = await work(hurt, shortLives(generator(5), 20));
  const stored = { expected: await calm.stored(), found: await hurt.stored() };
  calm.close();
  hurt.close();
  expect(hurt.kills()).toBeGreaterThan(1);
  expect(found).toEqual(expected);
  expect(stored.found).toBe(stored.expected);
  return stored.found;
};

test('stores each event once when a bulk request is killed and repeated', {
  timeout: 200_000,
}, async () => {
  const stored = await inBoth(async (shop, lifeOf) => {
    for (let tries = 0; tries < 100; tries++) {
      const ended = await shop.request('events', EVENTS, manyEvents(COUNT), lifeOf('request'));
      if (ended.kind === 'answered') return ended.answer.statusCode;
    }
    throw new Error('Killed a hundred times.');
  });
  expect(stored.match(/"type":"event"/g)).toHaveLength(COUNT);
});

test('completes a bulk import of profiles the same when it is killed repeatedly', {
  timeout: 200_000,
}, async () => {
  await inBoth(async (shop, lifeOf) => {
    const rows = Array.from({ length: sized({ full: 300, reduced: 150 }) }, (_, i) =>
      profile(i % 90, i % 17 === 3 ? { external_id: `x${i % 5}` } : { title: `t${i}` }),
    );
    const list = { type: 'list', id: 'all' };
    const { body } = await shop.ask('POST', PROFILES, {
      data: {
        type: 'profile-bulk-import-job',
        attributes: { profiles: { data: rows } },
        relationships: { lists: { data: [list] } },
      },
    });
    await shop.workOff('profiles', [], { lifeOf });
    const job = await shop.ask('GET', `${PROFILES}/${body.data.id}`);
    const { status, total_count, completed_count, failed_count } = job.body.data.attributes;
    const errors = await shop.ask('GET', `${PROFILES}/${body.data.id}/import-errors?page[size]=100`);
    const rowsFailed = errors.body.data.map((row: { attributes: { source: object } }) => row.attributes.source);
    return { status, total_count, completed_count, failed_count, rowsFailed };
  });
});

test('counts each member once when the suppression of a list is killed repeatedly', { timeout: 200_000 }, async () => {
  await inBoth(async (shop, lifeOf) => {
    const list = { data: { type: 'list', id: 'all' } };
    const subscriptions = { email: { marketing: { consent: 'SUBSCRIBED' } } };
    await shop.ask('POST', '/api/profile-subscription-bulk-create-jobs', {
      data: {
        type: 'profile-subscription-bulk-create-job',
        attributes: { profiles: { data: Array.from({ length: 230 }, (_, i) => profile(i, { subscriptions })) } },
        relationships: { list },
      },
    });
    const { body } = await shop.ask('POST', SUPPRESSIONS, {
      data: { type: 'profile-suppression-bulk-create-job', relationships: { list } },
    });
    await shop.workOff('consent', [], { lifeOf });
    const job = await shop.ask('GET', `${SUPPRESSIONS}/${body.data.id}`);
    const { status, total_count, completed_count, skipped_count } = job.body.data.attributes;
    expect({ status, total_count }).toEqual({ status: 'complete', total_count: 230 });
    return { status, total_count, completed_count, skipped_count };
  });
});
