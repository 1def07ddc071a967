import {
  ProfileEnum,
  ProfileSubscriptionBulkCreateJobEnum,
  ProfileSubscriptionBulkDeleteJobEnum,
  ProfileSuppressionBulkCreateJobEnum,
  ProfileSuppressionBulkDeleteJobEnum,
} from 'klaviyo-api';
import { expect, inject, test, vi } from 'vitest';
import { consent as domain } from '../../../functions/services/consent.ts';
import { connect, refusal, somebody } from '../../support/deployed/klaviyo.ts';

const { profiles, unanswered } = connect();
const type = ProfileEnum.Profile;

/** Our own endpoints, for which the client has no method. Tests of failing jobs call them. */
const own = ['updateBulkSuppressProfilesJob', 'updateBulkUnsuppressProfilesJob'];

const subscribe = (email: string, historical?: { readonly consentedAt: Date }) => ({
  data: {
    type: ProfileSubscriptionBulkCreateJobEnum.ProfileSubscriptionBulkCreateJob,
    attributes: {
      customSource: 'Checkout',
      ...(historical && { historicalImport: true }),
      profiles: {
        data: [
          {
            type,
            attributes: {
              email,
              subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' as const, ...historical } } },
            },
          },
        ],
      },
    },
  },
});
const unsubscribe = (email: string) => ({
  data: {
    type: ProfileSubscriptionBulkDeleteJobEnum.ProfileSubscriptionBulkDeleteJob,
    attributes: {
      profiles: {
        data: [
          {
            type,
            attributes: { email, subscriptions: { email: { marketing: { consent: 'UNSUBSCRIBED' as const } } } },
          },
        ],
      },
    },
  },
});

const marketing = async (email: string) => {
  const { body } = await profiles.getProfiles({
    filter: `equals(email,"${email}")`,
    additionalFieldsProfile: ['subscriptions'],
  });
  return { id: body.data[0]?.id ?? '', state: body.data[0]?.attributes.subscriptions?.email?.marketing };
};

const ask = async (path: string): Promise<{ readonly data: unknown[] }> => {
  const { apiUrl, apiKey } = inject('stack');
  const response = await fetch(`${apiUrl}${path}`, { headers: { authorization: `Klaviyo-API-Key ${apiKey}` } });
  expect(response.status).toBe(200);
  return JSON.parse(await response.text());
};

test('reads a subscription back with its evidence, and ends it by an unsubscription', async () => {
  const email = somebody();
  expect((await profiles.bulkSubscribeProfiles(subscribe(email))).response.status).toBe(202);
  const { id, state } = await marketing(email);
  expect(state).toMatchObject({ consent: 'SUBSCRIBED', canReceiveEmailMarketing: true });
  const between = new Date().toISOString();

  expect((await profiles.bulkUnsubscribeProfiles(unsubscribe(email))).response.status).toBe(202);
  expect((await marketing(email)).state).toMatchObject({ consent: 'UNSUBSCRIBED', canReceiveEmailMarketing: false });

  const ledger = await ask(`/api/profiles/${id}/consent-ledger`);
  expect(ledger.data.length).toBeGreaterThanOrEqual(2);
  const then = await ask(`/api/profiles/${id}/consent?channel=email&at=${between}`);
  const now = await ask(`/api/profiles/${id}/consent?channel=email`);
  expect([JSON.stringify(then.data), JSON.stringify(now.data)]).toEqual([
    expect.stringMatching(/"consented":true|"allowed":true|"answer":"yes"/),
    expect.stringMatching(/"consented":false|"allowed":false|"answer":"no"/),
  ]);
});

test('ignores a historical consent older than the current state', async () => {
  const email = somebody();
  await profiles.bulkSubscribeProfiles(subscribe(email));
  await profiles.bulkUnsubscribeProfiles(unsubscribe(email));
  await profiles.bulkSubscribeProfiles(subscribe(email, { consentedAt: new Date('2020-01-01T00:00:00Z') }));
  expect((await marketing(email)).state).toMatchObject({ consent: 'UNSUBSCRIBED' });
});

test('suppresses an address until the suppression is lifted', async () => {
  const email = somebody();
  await profiles.bulkSubscribeProfiles(subscribe(email));
  const suppressions = { profiles: { data: [{ type, attributes: { email } }] } };

  const suppressed = await profiles.bulkSuppressProfiles({
    data: { type: ProfileSuppressionBulkCreateJobEnum.ProfileSuppressionBulkCreateJob, attributes: suppressions },
  });
  const job = suppressed.body.data.id;
  await vi.waitUntil(
    async () => (await profiles.getBulkSuppressProfilesJob(job)).body.data.attributes.status === 'complete',
    { timeout: 90_000 },
  );
  expect((await profiles.getBulkSuppressProfilesJobs()).body.data.map(({ id }) => id)).toContain(job);
  expect((await marketing(email)).state).toMatchObject({ consent: 'SUBSCRIBED', canReceiveEmailMarketing: false });

  const lifted = await profiles.bulkUnsuppressProfiles({
    data: { type: ProfileSuppressionBulkDeleteJobEnum.ProfileSuppressionBulkDeleteJob, attributes: suppressions },
  });
  const lifting = lifted.body.data.id;
  await vi.waitUntil(
    async () => (await profiles.getBulkUnsuppressProfilesJob(lifting)).body.data.attributes.status === 'complete',
    { timeout: 90_000 },
  );
  expect((await profiles.getBulkUnsuppressProfilesJobs()).body.data.map(({ id }) => id)).toContain(lifting);
  expect((await marketing(email)).state).toMatchObject({ canReceiveEmailMarketing: true });
});

test('refuses a consent time without historical_import at its place', async () => {
  const query = subscribe(somebody(), { consentedAt: new Date('2020-01-01T00:00:00Z') });
  query.data.attributes.historicalImport = false;
  const { status, errors } = await refusal(profiles.bulkSubscribeProfiles(query));
  expect(status).toBe(400);
  expect(errors[0]?.source?.pointer).toBe(
    '/data/attributes/profiles/data/0/attributes/subscriptions/email/marketing/consented_at',
  );
});

test('the client has called every endpoint of the domain', () => {
  expect(unanswered(domain, own)).toEqual([]);
});
