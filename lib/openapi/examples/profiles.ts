import { ada, type Examples, ids, profileNamed, retry } from './people.ts';

const whole = {
  ...ada,
  first_name: 'Ada',
  last_name: 'Lovelace',
  locale: 'de-DE',
  location: { address1: 'Musterstraße 1', city: 'Berlin', zip: '10115', country: 'Germany' },
  properties: { favourite_colour: 'green', newsletter_since: 2019 },
};
const token = { token: 'c9f0b1d2e3a4', platform: 'ios', vendor: 'apns' };
const pushToken = {
  data: {
    type: 'push-token',
    attributes: {
      ...token,
      enablement_status: 'AUTHORIZED',
      device_metadata: { os_name: 'ios', os_version: '19.1', app_name: 'Shop' },
      profile: profileNamed({ email: ada.email }),
    },
  },
};
const related = (id: string) => ({ type: 'profile', id });

export const profileExamples: Examples = {
  createProfile: profileNamed(whole),
  createOrUpdateProfile: profileNamed(whole),
  createClientProfile: profileNamed({ email: ada.email, anonymous_id: 'b0a7-41d2', first_name: 'Ada' }),
  updateProfile: {
    data: {
      ...related(ids.profile),
      attributes: { last_name: 'King', phone_number: null },
      meta: { patch_properties: { append: { tags: 'vip' }, unset: 'favourite_colour' } },
    },
  },
  bulkImportProfiles: {
    data: {
      type: 'profile-bulk-import-job',
      attributes: {
        profiles: {
          data: [
            { type: 'profile', attributes: whole },
            { type: 'profile', attributes: { email: 'grace@example.com', first_name: 'Grace' } },
          ],
        },
      },
      relationships: { lists: { data: [{ type: 'list', id: ids.list }] } },
    },
  },
  updateBulkImportProfilesJob: retry('profile-bulk-import-job'),
  createProfileTokens: { data: [related(ids.profile), related(ids.otherProfile)] },
  mergeProfiles: {
    data: {
      type: 'profile-merge',
      id: ids.profile,
      relationships: { profiles: { data: [related(ids.otherProfile)] } },
    },
  },
  createPushToken: pushToken,
  createClientPushToken: pushToken,
  unregisterClientPushToken: {
    data: { type: 'push-token-unregister', attributes: { ...token, profile: profileNamed({ email: ada.email }) } },
  },
  createDataPrivacyAccessJob: {
    data: { type: 'data-privacy-access-job', attributes: { profile: profileNamed({ email: ada.email }) } },
  },
  updateDataPrivacyAccessJob: retry('data-privacy-access-job'),
  requestProfileDeletion: {
    data: { type: 'data-privacy-deletion-job', attributes: { profile: profileNamed({ email: ada.email }) } },
  },
  updateDeletionJob: retry('data-privacy-deletion-job'),
};
