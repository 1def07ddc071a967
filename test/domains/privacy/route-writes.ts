import { listSentMail } from '../../../lib/local/ministack/sent-mail.ts';
import { linkIn } from '../../api/pages/visit.ts';
import { tableEndpoint } from '../../support/table.ts';
import { catalogWrites } from './catalog-writes.ts';
import { furtherWrites } from './further-writes.ts';
import { eventOf, profileOf, subscribing } from './people.ts';
import { type None, person, type Way, type World } from './person.ts';

const { email, alias, former, waiting, phone_number, external_id, anonymous_id } = person;

const resource = (attributes: object, id?: string) => ({
  type: 'profile',
  ...(id !== undefined && { id }),
  attributes,
});
const eventIn = (more: object = {}) => ({
  ...eventOf({}, more).data,
  attributes: { ...eventOf({}, more).data.attributes, profile: undefined },
});
const suppressing = (kind: 'create' | 'delete', address: string) => ({
  data: {
    type: `profile-suppression-bulk-${kind}-job`,
    attributes: { profiles: { data: [resource({ email: address })] } },
  },
});
const pushToken = (token: string) => ({
  token,
  platform: 'ios',
  vendor: 'apns',
  device_metadata: { device_id: anonymous_id },
});
const company = ({ shop }: World): string => `company_id=${shop.account}`;
const form = (fields: Readonly<Record<string, string>>): string => `${new URLSearchParams(fields)}`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The last link of this kind in a mail to the person. */
const linkTo = async (address: string, kind: string): Promise<string> => {
  const mails = (await listSentMail(tableEndpoint())).filter(({ To }) => To.includes(address));
  return linkIn(mails.at(-1)?.BodyText ?? '', kind);
};

const links = async ({ shop, id }: World) =>
  (await shop.post(`/api/profiles/${await id()}/consent-links`, undefined)).body.data.attributes;

const pathOf = (url: string): string => new URL(url).pathname;

/** How each writing route stores a person. The test fails for a missing route. */
export const routes: Readonly<Record<string, Way | None>> = {
  createProfile: ({ shop }) => shop.post('/api/profiles', profileOf({ email: former, first_name: 'Ada' })),
  updateProfile: async ({ shop }) => {
    const [{ id }] = (await shop.get(`/api/profiles?filter=equals(email,"${former}")`)).body.data;
    return shop.patch(`/api/profiles/${id}`, { data: resource({ email: alias, phone_number }, id) });
  },
  createOrUpdateProfile: ({ shop }) =>
    shop.post('/api/profile-import', profileOf({ external_id, email, anonymous_id })),
  createClientProfile: (world) =>
    world.shop.post(`/client/profiles?${company(world)}`, profileOf({ email, last_name: 'Main' })),
  createPushToken: ({ shop }) =>
    shop.post('/api/push-tokens', {
      data: { type: 'push-token', attributes: { ...pushToken('hers'), profile: profileOf({ external_id }) } },
    }),
  createClientPushToken: async (world) => {
    const register = (token: string) =>
      world.shop.post(`/client/push-tokens?${company(world)}`, {
        data: { type: 'push-token', attributes: { ...pushToken(token), profile: profileOf({ anonymous_id }) } },
      });
    await register('given-up');
    return register(`token-of-${email}`);
  },
  unregisterClientPushToken: (world) =>
    world.shop.post(`/client/push-token-unregister?${company(world)}`, {
      data: {
        type: 'push-token-unregister',
        attributes: { token: 'given-up', platform: 'ios', profile: profileOf({ anonymous_id }) },
      },
    }),
  deletePushToken: 'takes a token away',
  mergeProfiles: async ({ shop, id }) => {
    const [{ id: source }] = (await shop.get(`/api/profiles?filter=equals(email,"${alias}")`)).body.data;
    return shop.post('/api/profile-merge', {
      data: {
        type: 'profile-merge',
        id: await id(),
        relationships: { profiles: { data: [{ type: 'profile', id: source }] } },
      },
    });
  },
  undoProfileMerge: async ({ shop }) => {
    const make = async (attributes: object): Promise<string> =>
      (await shop.post('/api/profiles', profileOf(attributes))).body.data.id;
    // Another person was merged into her once.
    const [other, hers] = [await make({ email: 'eve@example.com' }), await make({ email: `undone.${alias}` })];
    await shop.post('/api/profile-merge', {
      data: {
        type: 'profile-merge',
        id: other,
        relationships: { profiles: { data: [{ type: 'profile', id: hers }] } },
      },
    });
    const [merge] = (await shop.get(`/api/profiles/${other}/merges`)).body.data;
    const answer = await shop.post(`/api/profile-merges/${merge.id}/undo`, undefined);
    const [{ id: main }] = (await shop.get(`/api/profiles?filter=equals(external_id,"${external_id}")`)).body.data;
    await shop.post('/api/profile-merge', {
      data: { type: 'profile-merge', id: main, relationships: { profiles: { data: [{ type: 'profile', id: hers }] } } },
    });
    return answer;
  },
  bulkImportProfiles: async ({ shop }) => {
    const data = [resource({ email, title: 'Countess' }), resource({ email: alias, location: { latitude: 'x' } })];
    const answer = await shop.post('/api/profile-bulk-import-jobs', {
      data: { type: 'profile-bulk-import-job', attributes: { profiles: { data } } },
    });
    await shop.workOff();
    return answer;
  },
  createEvent: ({ shop }) => shop.post('/api/events', eventOf({ email }, { unique_id: 'order-1' })),
  createClientEvent: (world) => world.shop.post(`/client/events?${company(world)}`, eventOf({ anonymous_id })),
  bulkCreateEvents: ({ shop }) =>
    shop.post('/api/event-bulk-create-jobs', {
      data: {
        type: 'event-bulk-create-job',
        attributes: {
          'events-bulk-create': {
            data: [
              {
                type: 'event-bulk-create',
                attributes: { profile: { data: resource({ external_id }) }, events: { data: [eventIn({ value: 5 })] } },
              },
            ],
          },
        },
      },
    }),
  bulkCreateClientEvents: (world) =>
    world.shop.post(`/client/event-bulk-create?${company(world)}`, {
      data: {
        type: 'event-bulk-create',
        attributes: { profile: { data: resource({ phone_number }) }, events: { data: [eventIn({ value: 6 })] } },
      },
    }),
  createList: 'names a list',
  updateList: 'names a list',
  setVisitorCookie: 'stores nothing',
  ...furtherWrites,
  ...catalogWrites,
  addProfilesToList: async ({ shop, id }) => {
    await shop.post('/api/lists', { data: { type: 'list', id: 'news', attributes: { name: 'News' } } });
    const [list] = (await shop.get('/api/lists')).body.data;
    return shop.post(`/api/lists/${list.id}/relationships/profiles`, { data: [{ type: 'profile', id: await id() }] });
  },
  removeProfilesFromList: 'takes a membership away',
  deleteList: 'takes memberships away',
  bulkSubscribeProfiles: ({ shop }) =>
    shop.post('/api/profile-subscription-bulk-create-jobs', subscribing(email, 'weekly')),
  bulkUnsubscribeProfiles: ({ shop }) =>
    shop.post('/api/profile-subscription-bulk-delete-jobs', {
      data: {
        type: 'profile-subscription-bulk-delete-job',
        attributes: {
          profiles: {
            data: [resource({ email, subscriptions: { email: { marketing: { consent: 'UNSUBSCRIBED' } } } })],
          },
        },
        relationships: { list: { data: { type: 'list', id: 'weekly' } } },
      },
    }),
  bulkSuppressProfiles: ({ shop }) =>
    shop.post('/api/profile-suppression-bulk-create-jobs', suppressing('create', alias)),
  bulkUnsuppressProfiles: ({ shop }) =>
    shop.post('/api/profile-suppression-bulk-delete-jobs', suppressing('delete', former)),
  updateBulkSuppressProfilesJob: 'goes on with a job',
  updateBulkUnsuppressProfilesJob: 'goes on with a job',
  createClientSubscription: async (world) => {
    await world.shop.post('/api/lists', {
      data: { type: 'list', attributes: { name: 'Double', opt_in_process: 'double_opt_in' } },
    });
    const lists: { readonly id: string; readonly attributes: { readonly name: string } }[] = (
      await world.shop.get('/api/lists')
    ).body.data;
    const list = lists.find(({ attributes }) => attributes.name === 'Double')?.id ?? '';
    const send = (attributes: object) =>
      world.shop.post(`/client/subscriptions?${company(world)}`, {
        data: {
          type: 'subscription',
          attributes: { profile: { data: resource(attributes) } },
          relationships: { list: { data: { type: 'list', id: list } } },
        },
      });
    // The address of another person, next to hers.
    await send({
      email: 'stranger@example.com',
      external_id,
      anonymous_id,
      subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' } } },
    });
    await send({ email: waiting });
    const answer = await send({ email: alias, phone_number });
    await world.shop.workOff();
    return answer;
  },
  confirmSubscription: async ({ shop }) => shop.send('POST', await linkTo(alias, 'confirm'), '', FORM),
  subscribeByPage: ({ shop }) => shop.send('POST', `/pages/subscribe/${shop.account}`, form({ email: alias }), FORM),
  subscribeToListByPage: ({ shop }) =>
    shop.send('POST', `/pages/subscribe/${shop.account}/weekly`, form({ email: alias }), FORM),
  savePreferences: async (world) => {
    const { preferences_url: url } = await links(world);
    return world.shop.send('POST', pathOf(url), form({ 'email#marketing': 'on' }), FORM);
  },
  unsubscribeByLink: async (world) => {
    const { unsubscribe_url: url } = await links(world);
    return world.shop.send('POST', pathOf(url), form({ 'List-Unsubscribe': 'One-Click' }), FORM);
  },
  createConsentLinks: 'makes links, and stores nothing',
  createProfileTokens: 'makes tokens, and stores nothing',
  queryMetricAggregates: 'is a question',
  createImportJob: async ({ shop }) => {
    const text = `Email,Timezone,Phone Number\n${email},x,wrong\n`;
    const answer = await shop.post('/api/import-jobs', {
      data: {
        type: 'import-job',
        attributes: { kind: 'profiles', file_name: `${external_id}.csv`, size: Buffer.byteLength(text), mapping: {} },
      },
    });
    await shop.importFile(answer.body.data.attributes.key, text);
    return answer;
  },
  applyImportJob: async ({ shop }) => {
    const text = `Email,Title\n${alias},Lady\n`;
    const tried = 'dry-run/profiles/applied.csv';
    await shop.importFile(tried, text);
    const jobs: readonly { readonly id: string; readonly attributes: { readonly key: string } }[] = (
      await shop.get('/api/import-jobs')
    ).body.data;
    const job = jobs.find(({ attributes }) => attributes.key === tried);
    const answer = await shop.post(`/api/import-jobs/${job?.id}/apply`, undefined);
    await shop.workOff();
    await shop.importFile(answer.body.data.attributes.key, text);
    return answer;
  },
  updateImportJob: 'pauses a job, or goes on with it',
  createImportMapping: 'says how files are read',
  updateImportMapping: 'says how files are read',
  deleteImportMapping: 'says how files are read',
  updateBulkImportProfilesJob: 'goes on with a job',
  requestProfileDeletion: 'erases, as the test does in the end',
  updateDeletionJob: 'goes on with a job',
  createDataPrivacyAccessJob: 'tells what is held, as the test asks before it erases',
  updateDataPrivacyAccessJob: 'goes on with a job',
};
