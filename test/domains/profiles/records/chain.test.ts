import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { effectiveConsent } from '../../../../functions/domains/consent/state/effective-consent.ts';
import { endOfChain, followMerges } from '../../../../functions/domains/profiles/records/merge-chain.ts';
import { findProfile, readProfilesById } from '../../../../functions/domains/profiles/records/resolve.ts';
import { profiles as stored } from '../../../../functions/domains/profiles/records/store.ts';
import type { ServiceDeclaration } from '../../../../functions/platform/service/service.ts';
import { remove, update } from '../../../../functions/platform/table/write.ts';
import { allServices } from '../../../../functions/services.ts';
import { startApp } from '../../../support/app.ts';
import { profile } from '../people.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const name = fc.constantFrom(...names);
/** Random merges: cycles, self-references, missing destinations. */
const links = fc.uniqueArray(fc.tuple(name, fc.option(name, { nil: undefined })), { selector: ([id]) => id });
type Links = readonly (readonly [string, string | undefined])[];
const mapOf = (all: Links) => new Map(all.map(([id, mergedInto]) => [id, { id, mergedInto }]));

test('ends every walk over merges, at the end of the chain if it has one', async () => {
  await fc.assert(
    fc.asyncProperty(links, name, async (all, start) => {
      const found = mapOf(all);
      const end = endOfChain(start, (id) => found.get(id));
      const steps: string[] = [start];
      for (let i = 0; i < names.length; i++) steps.push(found.get(steps.at(-1) ?? '')?.mergedInto ?? '');
      const last = steps.find((id) => found.has(id) && found.get(id)?.mergedInto === undefined);
      expect(end.kind === 'end' ? end.at.id : undefined).toBe(last);
      if (end.kind === 'circle') {
        // A start within the cycle finds the same profiles.
        for (const id of end.ids) {
          const again = endOfChain(id, (one) => found.get(one));
          expect(again.kind === 'circle' && again.ids.toSorted()).toEqual(end.ids.toSorted());
        }
      }
      let reads = 0;
      const read = async (ids: readonly string[]) => {
        reads += 1;
        return ids.flatMap((id) => found.get(id) ?? []);
      };
      expect((await followMerges([start], read)).get(start)?.id).toBe(last);
      expect(reads).toBeLessThanOrEqual(3 * names.length);
    }),
  );
});

test('reads again when the data changed during a read', async () => {
  const before = mapOf([['a', 'b']]);
  const after = mapOf([['a', undefined]]);
  let reads = 0;
  const read = async (ids: readonly string[]) => {
    reads += 1;
    return ids.flatMap((id) => (reads <= 2 ? before : after).get(id) ?? []);
  };
  expect((await followMerges(['a'], read)).get('a')).toEqual({ id: 'a', mergedInto: undefined });
});

test('finds consent of sources that name each other', () => {
  const at = '2026-01-01T00:00:00Z';
  const sources = [
    { id: 'b', at, into: 'c' },
    { id: 'c', at, into: 'b' },
    { id: 'd', at },
    { id: 'd', at, into: 'd' },
  ];
  const said = effectiveConsent(
    { id: 'a', sources },
    (id) => ({ id, at, status: 'SUBSCRIBED' as const }),
    () => true,
  );
  expect(said?.status).toBe('SUBSCRIBED');
});

const everything: ServiceDeclaration = {
  name: 'everything',
  routes: Object.assign({}, ...allServices.map(({ routes }) => routes)),
  triggers: [],
  uses: ['table'],
};

const startPeople = async () => {
  const app = await startApp(everything, { services: { queue: () => ({ send: async () => {} }) } });
  const made = async (email: string): Promise<string> =>
    (await app.post('/api/profiles', profile({ email }))).body.data.id;
  const [a, b, c] = [await made('a@example.com'), await made('b@example.com'), await made('c@example.com')];
  const { account } = app;
  const link = (id: string, mergedInto: string) =>
    app.table.write(update(stored, { account, id }, { set: { mergedInto } }));
  return { app, a, b, c, account, link };
};

const asking = (id: string): readonly (readonly [string, string, object?])[] => {
  const one = { type: 'profile', id };
  return [
    ['GET', `/api/profiles/${id}`],
    ['GET', `/api/profiles?filter=any(id,["${id}"])`],
    ['GET', `/api/profiles/${id}/lists`],
    ['GET', `/api/profiles/${id}/merges`],
    ['GET', `/api/profiles/${id}/consent?at=2027-01-01T00:00:00Z`],
    ['GET', `/api/events?filter=equals(profile_id,"${id}")`],
    ['POST', '/api/profile-tokens', { data: [one] }],
    ['PATCH', `/api/profiles/${id}`, { data: { ...one, attributes: { first_name: 'Ada' } } }],
    ['POST', '/api/lists/L/relationships/profiles', { data: [one] }],
    [
      'POST',
      '/api/profile-subscription-bulk-delete-jobs',
      {
        data: {
          type: 'profile-subscription-bulk-delete-job',
          attributes: {
            profiles: {
              data: [{ ...one, attributes: { subscriptions: { email: { marketing: { consent: 'UNSUBSCRIBED' } } } } }],
            },
          },
        },
      },
    ],
    [
      'POST',
      '/api/data-privacy-deletion-jobs',
      { data: { type: 'data-privacy-deletion-job', attributes: { profile: { data: one } } } },
    ],
    [
      'POST',
      '/api/events',
      {
        data: {
          type: 'event',
          attributes: {
            properties: {},
            metric: { data: { type: 'metric', attributes: { name: 'Seen' } } },
            profile: { data: { ...one, attributes: {} } },
          },
        },
      },
    ],
  ];
};

test.each(['to somebody who is gone', 'in a circle'])('every route answers for a chain that leads %s', async (how) => {
  const { app, a, b, c, account, link } = await startPeople();
  await app.post('/api/lists', { data: { type: 'list', attributes: { name: 'L' } } });
  await link(a, b);
  await link(b, c);
  if (how === 'in a circle') await link(c, a);
  else await app.table.write(remove(stored, { account, id: c }));
  for (const id of [a, b]) {
    for (const [method, path, body] of asking(id)) {
      const { status } = await app.send(method, path, body);
      expect([method, path, status < 500]).toEqual([method, path, true]);
    }
    expect((await app.get(`/api/profiles/${id}`)).status).toBe(404);
    expect((await app.get(`/api/profiles/${id}/consent?at=2027-01-01T00:00:00Z`)).status).toBe(404);
    expect(await findProfile(id, app.context())).toBeUndefined();
  }
  expect((await readProfilesById([a, b, c], app.context())).size).toBe(0);
});

test('counts people in a cycle of merges as one', async () => {
  const { app, a, b, link, account } = await startPeople();
  const seen = (id: string) => app.post('/api/events', asking(id).find(([, path]) => path === '/api/events')?.[2]);
  await seen(a);
  await seen(b);
  const [first, second] = await app.table.getMany(stored, [
    { account, id: a },
    { account, id: b },
  ]);
  if (!first || !second) throw new Error('They are not there.');
  for (const [one, mergedInto] of [
    [first, b],
    [second, a],
  ] as const)
    await app.table.write(update(stored, one, { value: { ...one, mergedInto }, set: { mergedInto } }));
  const { body: metrics } = await app.get('/api/metrics');
  const { body } = await app.post('/api/metric-aggregates', {
    data: {
      type: 'metric-aggregate',
      attributes: {
        metric_id: metrics.data[0].id,
        measurements: ['unique', 'count'],
        filter: ['greater-or-equal(datetime,2025-12-01T00:00:00)', 'less-than(datetime,2026-02-01T00:00:00)'],
        interval: 'month',
      },
    },
  });
  const [row] = body.data.attributes.data;
  expect(row.measurements.count).toEqual([0, 2]);
  expect(row.measurements.unique).toEqual([0, 1]);
  expect(link).toBeDefined();
});

test('answers for a profile whose destination is being erased', async () => {
  const { app, a, b, c, account, link } = await startPeople();
  await link(a, b);
  await link(b, c);
  let reads = 0;
  const stop = app.watch(async ({ command }, next) => {
    const answer = await next();
    if (command === 'BatchGetItemCommand') reads += 1;
    // The first read sees all but the end.
    if (command === 'BatchGetItemCommand' && reads === 2) {
      stop();
      for (const id of [a, b, c]) await app.table.write(remove(stored, { account, id }));
    }
    return answer;
  });
  expect((await app.post('/api/profile-tokens', { data: [{ type: 'profile', id: a }] })).status).toBe(404);
  expect(reads).toBeLessThan(10);
});

test('returns the consent at a time while profiles swap places in the chain', async () => {
  const { app, a, b, account } = await startPeople();
  const places = async (from: string, into: string) => {
    const [one] = await app.table.getMany(stored, [{ account, id: from }]);
    if (!one) throw new Error('It is not there.');
    await app.table.write(update(stored, one, { value: { ...one, mergedInto: into }, set: { mergedInto: into } }));
    const sources = [{ id: from, at: '2026-01-01T00:00:00.000Z' }];
    await app.table.write(update(stored, { account, id: into }, { set: { sources }, remove: ['mergedInto'] }));
  };
  await places(a, b);
  // B is merged into A while the walk continues from A, known as a source of B.
  let reads = 0;
  const stop = app.watch(async ({ input }, next) => {
    const answer = await next();
    const text = JSON.stringify(input);
    if (text.includes(a) || text.includes(b)) reads += 1;
    if (reads === 3) {
      stop();
      await places(b, a);
    }
    return answer;
  });
  expect((await app.get(`/api/profiles/${a}/consent?at=2027-01-01T00:00:00Z`)).status).toBe(200);
});
