import { expect, test } from 'vitest';
import { readConsentAt, readLedgerPage } from '../../../functions/domains/consent/actions.ts';
import { verifyProfile } from '../../../functions/domains/consent/ledger/verify.ts';
import { readIdentifierOwners } from '../../../functions/domains/profiles/records/resolve.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { allServices } from '../../../functions/services.ts';
import { startApp } from '../../support/app.ts';
import { personWith } from './people.ts';
import { bulk, subscribeTo } from './requests.ts';

const everything: ServiceDeclaration = {
  name: 'everything',
  routes: Object.assign({}, ...allServices.map(({ routes }) => routes)),
  triggers: [],
  uses: [],
};

const email = 'ada@example.com';
const tc_string = 'CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA';
const google_consent_mode = { ad_storage: 'denied', analytics_storage: 'granted', ad_user_data: 'denied' };
const whole = { gpc: true, tc_string, google_consent_mode };
const header = { 'sec-gpc': '1' };

const start = async () => {
  const app = await startApp(everything, { lists: ['news'] });
  const context = app.context();
  const own = (path: string) => `${path}?company_id=${app.account}`;
  const event = (more: object = {}) => ({
    data: {
      type: 'event',
      attributes: {
        properties: { page: '/' },
        metric: { data: { type: 'metric', attributes: { name: 'Viewed Product' } } },
        profile: { data: { type: 'profile', attributes: { email } } },
        ...more,
      },
    },
  });
  const subscription = (more: object = {}) => ({
    data: {
      type: 'subscription',
      attributes: { profile: { data: { type: 'profile', attributes: { email } } }, ...more },
      relationships: { list: { data: { type: 'list', id: 'news' } } },
    },
  });
  const ada = () => personWith({ email }, context);
  const sharing = async () => {
    const { id } = await ada();
    const { body } = await app.get(`/api/profiles/${id}/consent?channel=sharing&type=advertising`);
    return body.data.attributes;
  };
  const entries = async (channel: 'email' | 'sharing') =>
    (await readLedgerPage({ profileId: (await ada()).id, channel, size: 10 }, context)).items.map(({ entry }) => entry);
  const events = async () => (await app.get('/api/events')).body.data;
  return { app, context, own, event, subscription, ada, sharing, entries, events };
};

test('stores signals of browser and consent platform with an event, apart from its properties', async () => {
  const { app, own, event, events } = await start();
  expect((await app.post(own('/client/events'), event({ signals: whole }))).status).toBe(202);
  const [{ attributes }] = await events();
  expect(attributes.signals).toEqual(whole);
  expect(attributes.event_properties).toEqual({ page: '/' });

  app.at('2026-01-01T00:01:00Z');
  await app.post(own('/client/events'), event(), { 'sec-gpc': '0' });
  const [plain] = await events();
  expect(plain.attributes).not.toHaveProperty('signals');
  const only = await app.get('/api/events?fields[event]=signals');
  expect(only.body.data[1].attributes).toEqual({ signals: whole });
});

test('uses the signals of an event instead of those of its group in a batch', async () => {
  const { app, own, event, events } = await start();
  const { profile: _, ...attributes } = event().data.attributes;
  const one = (more: object) => ({ type: 'event', attributes: { ...attributes, ...more } });
  const { profile } = event().data.attributes;
  const given = [one({ unique_id: 'a' }), one({ unique_id: 'b', signals: { tc_string } })];
  const group = { signals: { google_consent_mode }, profile, events: { data: given } };
  const answer = await app.post(own('/client/event-bulk-create'), {
    data: { type: 'event-bulk-create', attributes: group },
  });
  expect(answer.status).toBe(202);
  const found = (await events()).map(
    ({ attributes: told }: { readonly attributes: { readonly signals: object } }) => told.signals,
  );
  expect(found).toEqual(
    expect.arrayContaining([
      { gpc: false, tc_string: null, google_consent_mode },
      { gpc: false, tc_string, google_consent_mode: null },
    ]),
  );
});

test.each(['/client/events', '/client/subscriptions', '/client/profiles', '/client/event-bulk-create'])(
  'opts a person out of sharing by Sec-GPC at %s, once, with evidence',
  async (path) => {
    const { app, own, event, subscription, sharing, entries, context, ada } = await start();
    const profile = { data: { type: 'profile', attributes: { email } } };
    const { profile: __, ...single } = event().data.attributes;
    const bodies: Readonly<Record<string, object>> = {
      '/client/events': event(),
      '/client/subscriptions': subscription(),
      '/client/profiles': profile,
      '/client/event-bulk-create': {
        data: {
          type: 'event-bulk-create',
          attributes: { profile, events: { data: [{ type: 'event', attributes: single }] } },
        },
      },
    };
    await ada();
    expect(await sharing()).toMatchObject({ allowed: false, because: 'never_subscribed' });
    expect((await app.post(own(path), bodies[path], header)).status).toBe(202);
    expect(await sharing()).toMatchObject({
      allowed: false,
      because: 'unsubscribed',
      entry: { attributes: { method: 'gpc', ip: '192.0.2.1', signals: { gpc: true } } },
    });
    app.at('2026-01-01T01:00:00Z');
    await app.post(own(path), bodies[path], header);
    expect(await entries('sharing')).toHaveLength(1);
    expect(await verifyProfile((await ada()).id, context)).toMatchObject({ faults: [] });
  },
);

test('stores signals as evidence of a subscription, in ledger and export, and still subscribes', async () => {
  const { app, own, subscription, entries, ada } = await start();
  expect((await app.post(own('/client/subscriptions'), subscription({ signals: whole }))).status).toBe(202);
  const { id } = await ada();
  const { body } = await app.get(`/api/profiles/${id}/consent-ledger?channel=email&type=marketing`);
  expect(body.data[0].attributes).toMatchObject({ to: 'SUBSCRIBED', signals: whole });
  expect((await entries('sharing'))[0]).toMatchObject({ to: 'UNSUBSCRIBED', from: 'NEVER_SUBSCRIBED' });
  const { body: exported } = await app.get(`/api/profiles/${id}/consent/ledger`);
  expect(JSON.stringify(exported)).toContain(tc_string);
  const { body: profile } = await app.get(`/api/profiles/${id}?additional-fields[profile]=subscriptions`);
  expect(profile.data.attributes.subscriptions.email.marketing.consent).toBe('SUBSCRIBED');
});

test("reads the signal of a keyed call from the body, for all or for one; the header is the server's own", async () => {
  const { app, event, entries, sharing, events, ada } = await start();
  const path = '/api/profile-subscription-bulk-create-jobs';
  const subscriptions = subscribeTo('email.marketing');
  await app.post('/api/events', event(), header);
  await app.post(path, bulk([{ email, subscriptions }]), header);
  expect([(await sharing()).consent, (await events())[0].attributes.signals]).toEqual(['NEVER_SUBSCRIBED', undefined]);
  // A signal without a consent change has no effect.
  await app.post('/api/events', event({ backfill: true, unique_id: 'old', signals: { gpc: true } }));
  expect((await sharing()).consent).toBe('NEVER_SUBSCRIBED');

  app.at('2026-01-01T00:01:00Z');
  await app.post('/api/events', event({ unique_id: 'new', signals: { gpc: true } }));
  expect((await sharing()).consent).toBe('UNSUBSCRIBED');

  const both = bulk([
    { email: 'eve@example.com', subscriptions, signals: { tc_string } },
    { email: 'bob@example.com', subscriptions },
  ]);
  await app.post(path, {
    data: { ...both.data, attributes: { ...both.data.attributes, signals: { google_consent_mode } } },
  });
  const told = async (address: string) => {
    const { id } = await personWith({ email: address }, app.context());
    return (await readLedgerPage({ profileId: id, size: 10 }, app.context())).items.map(
      ({ entry }) => entry.evidence?.signals,
    );
  };
  expect(await told('eve@example.com')).toEqual([{ tcString: tc_string }]);
  expect(await told('bob@example.com')).toEqual([{ consentMode: google_consent_mode }]);
  expect(await entries('sharing')).toHaveLength(1);
  expect((await ada()).email).toBe(email);
});

test('stores consent mode and TC strings without an effect on sharing', async () => {
  const { app, own, event, subscription, sharing } = await start();
  const granted = { ad_storage: 'granted', ad_user_data: 'granted', ad_personalization: 'granted' };
  await app.post(own('/client/subscriptions'), subscription({ signals: { tc_string, google_consent_mode: granted } }));
  await app.post(own('/client/events'), event({ signals: { google_consent_mode } }));
  expect(await sharing()).toMatchObject({ consent: 'NEVER_SUBSCRIBED', allowed: false });
});

test('keeps the opt-out of a browser when its person becomes known', async () => {
  const { app, own, event, ada, context } = await start();
  const anonymous = { profile: { data: { type: 'profile', attributes: { anonymous_id: 'browser-1' } } } };
  await app.post(own('/client/events'), event(anonymous), header);
  const [named] = await readIdentifierOwners({ anonymous_id: 'browser-1' }, context);
  const browser = { type: 'profile', id: named?.owner };
  const { id } = await ada();
  const merge = {
    data: { type: 'profile-merge', id, relationships: { profiles: { data: [browser] } } },
  };
  expect((await app.post('/api/profile-merge', merge)).status).toBe(201);
  const asked = {
    profileId: id,
    channel: 'sharing',
    type: 'advertising',
    at: new Date('2026-01-02T00:00:00Z'),
  } as const;
  expect(await readConsentAt(asked, context)).toMatchObject({ consent: 'UNSUBSCRIBED' });
});

test('reports all invalid signals at once, with their places', async () => {
  const { app, own, event } = await start();
  const signals = {
    gpc: 'yes',
    tc_string: 'BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA',
    google_consent_mode: { ad_storage: 'maybe' },
    gdpr: 1,
  };
  const { status, body } = await app.post(own('/client/events'), event({ signals }));
  expect(status).toBe(400);
  expect(
    body.errors.map(({ source }: { readonly source: { readonly pointer: string } }) => source.pointer).toSorted(),
  ).toEqual(
    ['gdpr', 'google_consent_mode/ad_storage', 'gpc', 'tc_string'].map((name) => `/data/attributes/signals/${name}`),
  );
  // Further members that pages send to Google's tags are no error.
  const whatever = { google_consent_mode: { ...google_consent_mode, wait_for_update: 500, region: ['DE'] } };
  expect((await app.post(own('/client/events'), event({ signals: whatever }))).status).toBe(202);
});
