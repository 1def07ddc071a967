import { AccountsApi, ListEnum, ProfileBulkImportJobEnum, ProfileEnum, ProfileMergeEnum } from 'klaviyo-api';
import { expect, inject, test, vi } from 'vitest';
import { profiles as domain } from '../../../functions/services/profiles.ts';
import { makeList } from '../../support/deployed/http.ts';
import { connect, refusal, somebody } from '../../support/deployed/klaviyo.ts';

const { open, profiles, unanswered } = connect();
const accounts = open(AccountsApi);
const type = ProfileEnum.Profile;

/** Our own endpoints, and their relationships, for which the client has no method. */
const own = [
  'createProfileTokens',
  'getConsentLedger',
  'getConsentAnswer',
  'exportConsentLedger',
  'exportConsentLedgerPage',
  'createConsentLinks',
  'getProfileMerges',
  'undoProfileMerge',
  'updateBulkImportProfilesJob',
  'getAuditEntries',
  'getAuditEntry',
];

test('creates, reads, changes and finds a profile', async () => {
  const email = somebody();
  const created = await profiles.createProfile({
    data: { type, attributes: { email, firstName: 'Ada', properties: { plan: 'gold' } } },
  });
  const id = created.body.data.id ?? '';
  expect(created.response.status).toBe(201);

  await profiles.updateProfile(id, {
    data: {
      type,
      id,
      attributes: { lastName: 'Lovelace' },
      meta: { patchProperties: { append: { tags: ['a'] } } },
    },
  });
  const { body } = await profiles.getProfile(id, { additionalFieldsProfile: ['subscriptions'] });
  expect(body.data.attributes).toMatchObject({
    email,
    firstName: 'Ada',
    lastName: 'Lovelace',
    properties: { plan: 'gold', tags: ['a'] },
  });
  expect(body.data.attributes.subscriptions?.email?.marketing?.consent).toBe('NEVER_SUBSCRIBED');

  const found = await profiles.getProfiles({ filter: `equals(email,"${email}")`, fieldsProfile: ['email'] });
  expect(found.body.data.map((one) => one.id)).toEqual([id]);

  const { status, errors } = await refusal(profiles.createProfile({ data: { type, attributes: { email } } }));
  expect({ status, code: errors[0]?.code, meta: errors[0]?.meta }).toEqual({
    status: 409,
    code: 'duplicate_profile',
    meta: { duplicate_profile_id: id },
  });
});

test('merges two profiles, and returns one by the id of the other', async () => {
  const [a, b] = [somebody(), somebody()];
  const ids = await Promise.all(
    [a, b].map(
      async (email) => (await profiles.createProfile({ data: { type, attributes: { email } } })).body.data.id ?? '',
    ),
  );
  const [id = '', source = ''] = ids;
  const { body, response } = await profiles.mergeProfiles({
    data: { type: ProfileMergeEnum.ProfileMerge, id, relationships: { profiles: { data: [{ type, id: source }] } } },
  });
  expect([response.status, body.data.id]).toEqual([201, id]);
  expect((await profiles.getProfile(source)).body.data.id).toBe(id);
  expect((await profiles.getProfiles({ filter: `equals(email,"${b}")` })).body.data.map((one) => one.id)).toEqual([id]);
});

test('creates by the first upsert and updates by the second', async () => {
  const email = somebody();
  const query = { data: { type, attributes: { email, title: 'Countess' } } };
  expect((await profiles.createOrUpdateProfile(query)).response.status).toBe(201);
  expect((await profiles.createOrUpdateProfile(query)).response.status).toBe(200);
});

test('processes a bulk import job, reports invalid profiles and adds the others to the list', async () => {
  const emails = Array.from({ length: 20 }, somebody);
  const list = await makeList();
  const externalId = crypto.randomUUID();
  const [first = '', second = ''] = emails;
  await profiles.createProfile({ data: { type, attributes: { email: first, externalId } } });
  await profiles.createProfile({ data: { type, attributes: { email: second } } });
  const conflicting = { type, attributes: { email: second, externalId } };
  const { body } = await profiles.bulkImportProfiles({
    data: {
      type: ProfileBulkImportJobEnum.ProfileBulkImportJob,
      attributes: {
        profiles: { data: [...emails.map((email) => ({ type, attributes: { email, firstName: 'B' } })), conflicting] },
      },
      relationships: { lists: { data: [{ type: ListEnum.List, id: list }] } },
    },
  });
  const id = body.data.id;

  const job = await vi.waitUntil(
    async () => {
      const { attributes } = (await profiles.getBulkImportProfilesJob(id)).body.data;
      return attributes.status === 'complete' ? attributes : undefined;
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(job).toMatchObject({ totalCount: 21, completedCount: 20, failedCount: 1 });

  const errors = (await profiles.getErrorsForBulkImportProfilesJob(id)).body.data;
  expect(errors).toHaveLength(1);
  expect((await profiles.getBulkImportProfilesJobs({ pageSize: 5 })).body.data.map((one) => one.id)).toContain(id);
  expect((await profiles.getListForBulkImportProfilesJob(id)).body.data.map((one) => one.id)).toEqual([list]);
  expect((await profiles.getListIdsForBulkImportProfilesJob(id)).body.data.map((one) => one.id)).toEqual([list]);
  expect((await profiles.getProfilesForBulkImportProfilesJob(id)).body.data).toHaveLength(20);
  expect((await profiles.getProfileIdsForBulkImportProfilesJob(id)).body.data).toHaveLength(20);

  const member = (await profiles.getProfiles({ filter: `equals(email,"${emails[5]}")` })).body.data[0]?.id ?? '';
  expect((await profiles.getListsForProfile(member)).body.data.map((one) => one.id)).toEqual([list]);
  expect((await profiles.getListIdsForProfile(member)).body.data.map((one) => one.id)).toEqual([list]);
});

test('checks a key by its account', async () => {
  const [account] = (await accounts.getAccounts()).body.data;
  expect(account?.id).toBe(inject('stack').companyId);
  expect((await accounts.getAccount(inject('stack').companyId)).body.data.attributes.timezone).toBeDefined();
});

test('registers a push token, reads it by all of its relationships, and deletes it', async () => {
  const email = somebody();
  const token = crypto.randomUUID();
  const attributes = { token, platform: 'ios', vendor: 'apns', profile: { data: { type, attributes: { email } } } };
  // The client's enums of one value each have no names of their own.
  await profiles.createPushToken({ data: { type: 'push-token', attributes } } as never);
  const id = (await profiles.getProfiles({ filter: `equals(email,"${email}")` })).body.data[0]?.id ?? '';
  const [pushToken] = (await profiles.getPushTokensForProfile(id)).body.data;
  expect(pushToken?.attributes.token).toBe(token);
  const tokenId = pushToken?.id ?? '';
  expect((await profiles.getPushTokenIdsForProfile(id)).body.data.map((one) => one.id)).toEqual([tokenId]);
  expect((await profiles.getPushTokens({ filter: `equals(id,"${tokenId}")` })).body.data).toHaveLength(1);
  expect((await profiles.getPushToken(tokenId)).body.data.id).toBe(tokenId);
  expect((await profiles.getProfileForPushToken(tokenId)).body.data.id).toBe(id);
  expect((await profiles.getProfileIdForPushToken(tokenId)).body.data?.id).toBe(id);
  await profiles.deletePushToken(tokenId);
  expect((await profiles.getPushTokensForProfile(id)).body.data).toEqual([]);

  for (const none of [
    await profiles.getSegmentsForProfile(id),
    await profiles.getSegmentIdsForProfile(id),
    await profiles.getConversationsForProfile(id),
    await profiles.getConversationIdsForProfile(id),
  ])
    expect(none.body.data).toEqual([]);
  expect((await profiles.getConversationForProfile(id)).response.status).toBe(200);
  expect((await profiles.getConversationIdForProfile(id)).response.status).toBe(200);
});

test('the client has called every endpoint of the domain', () => {
  expect(unanswered(domain, own)).toEqual([]);
});
