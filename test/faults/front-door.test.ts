import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consent } from '../../functions/consent/index.ts';
import { events } from '../../functions/events/index.ts';
import { profiles } from '../../functions/profiles/index.ts';
import { openDynamo } from '../../functions/table/dynamo.ts';
import { openTable } from '../../functions/table/table.ts';
import { startApp } from '../support/app.ts';
import { startFaultyProxy } from '../support/faults.ts';
import { tableEndpoint } from '../support/table.ts';

const all = { ...profiles, routes: { ...profiles.routes, ...events.routes, ...consent.routes } };
const emailOf = (person: number) => `p${person}@example.com`;
const profile = (person: number, more: object = {}) => ({
  type: 'profile',
  attributes: { email: emailOf(person), ...more },
});

type Step =
  | { readonly does: 'event'; readonly person: number; readonly order: number }
  | { readonly does: 'property'; readonly person: number; readonly name: number }
  | { readonly does: 'consent'; readonly person: number; readonly day: number };

const requestOf = (step: Step): readonly [path: string, body: object] => {
  switch (step.does) {
    case 'event': {
      const metric = { data: { type: 'metric', attributes: { name: 'Placed Order' } } };
      const attributes = {
        properties: {},
        metric,
        unique_id: `o${step.order}`,
        time: '2025-06-01T00:00:00Z',
        profile: { data: profile(step.person) },
      };
      return ['/api/events', { data: { type: 'event', attributes } }];
    }
    case 'property':
      return ['/api/profile-import', { data: profile(step.person, { properties: { [`n${step.name}`]: true } }) }];
    case 'consent': {
      const marketing = {
        consent: 'SUBSCRIBED',
        consented_at: `2025-01-${String(step.day).padStart(2, '0')}T00:00:00Z`,
      };
      const attributes = {
        historical_import: true,
        profiles: { data: [profile(step.person, { subscriptions: { email: { marketing } } })] },
      };
      return [
        '/api/profile-subscription-bulk-create-jobs',
        { data: { type: 'profile-subscription-bulk-create-job', attributes } },
      ];
    }
  }
};

const person = fc.integer({ min: 0, max: 3 });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant('event' as const), person, order: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ does: fc.constant('property' as const), person, name: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ does: fc.constant('consent' as const), person, day: fc.integer({ min: 1, max: 28 }) }),
  ),
  { minLength: 15, maxLength: 30 },
);

const distinct = (values: readonly (string | number)[]) => [...new Set(values)].sort();

test('what was accepted is there, once, whatever fails on the way; refusals say when to come back', {
  timeout: 120_000,
}, async () => {
  const run = async (given: readonly Step[], seed: number) => {
    const app = await startApp(all);
    const proxy = await startFaultyProxy(tableEndpoint(), { seed, rate: 0.25 });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const dynamo = openDynamo({ endpoint: proxy.endpoint, region: 'us-east-1', credentials });
    app.serveWith({ table: openTable(app.tableName, dynamo) });
    const untilAccepted = async (step: Step): Promise<void> => {
      for (let attempt = 0; attempt < 40; attempt++) {
        const { status, headers } = await app.post(...requestOf(step));
        if (status < 300) return;
        expect([status, headers['Retry-After']]).toEqual([503, '1']);
      }
      throw new Error('Forty tries were refused.');
    };

    // Eight at a time, so that they meet each other too.
    for (let start = 0; start < given.length; start += 8)
      await Promise.all(given.slice(start, start + 8).map(untilAccepted));

    app.serveWith({});
    proxy.stop();
    expect(Object.keys(proxy.struck).length).toBeGreaterThan(2);
    for (const who of new Set(given.map((step) => step.person))) {
      const own = given.filter((step) => step.person === who);
      const filter = encodeURIComponent(`equals(email,"${emailOf(who)}")`);
      const { body } = await app.get(`/api/profiles?filter=${filter}&additional-fields[profile]=subscriptions`);
      const [{ id, attributes }] = body.data;

      const timeline = await app.get(`/api/events?filter=${encodeURIComponent(`equals(profile_id,"${id}")`)}`);
      expect(
        timeline.body.data
          .map(
            (one: { attributes: { event_properties: { $event_id: string } } }) =>
              one.attributes.event_properties.$event_id,
          )
          .sort(),
      ).toEqual(distinct(own.flatMap((step) => (step.does === 'event' ? `o${step.order}` : []))));
      expect(Object.keys(attributes.properties).sort()).toEqual(
        distinct(own.flatMap((step) => (step.does === 'property' ? `n${step.name}` : []))),
      );
      const days = own.flatMap((step) => (step.does === 'consent' ? step.day : []));
      const ledger = await app.get(`/api/profiles/${id}/consent-ledger?page[size]=100`);
      expect(ledger.body.data).toHaveLength(new Set(days).size);
      const { marketing } = attributes.subscriptions.email;
      if (days.length > 0) expect(Date.parse(marketing.consent_timestamp)).toBe(Date.UTC(2025, 0, Math.max(...days)));
      else expect(marketing.consent).toBe('NEVER_SUBSCRIBED');
    }
    return true;
  };
  await fc.assert(fc.asyncProperty(steps, fc.integer(), run), { numRuns: 4, endOnFailure: true });
});
