import { ada, type Examples, ids, profileNamed, retry } from './people.ts';

const toList = { list: { data: { type: 'list', id: ids.list } } };
const consent = (to: 'SUBSCRIBED' | 'UNSUBSCRIBED') => ({ marketing: { consent: to } });
const people = (attributes: object) => ({ profiles: { data: [{ type: 'profile', attributes }] } });
const suppression = (type: string) => ({ data: { type, attributes: people({ email: ada.email }) } });
const form = { email: ada.email, website: '', altcha: '' };

export const consentExamples: Examples = {
  bulkSubscribeProfiles: {
    data: {
      type: 'profile-subscription-bulk-create-job',
      attributes: {
        custom_source: 'Checkout',
        wording: 'Yes, send me news by e-mail and SMS.',
        ...people({
          email: ada.email,
          phone_number: ada.phone_number,
          subscriptions: { email: consent('SUBSCRIBED'), sms: consent('SUBSCRIBED') },
        }),
      },
      relationships: toList,
    },
  },
  bulkUnsubscribeProfiles: {
    data: {
      type: 'profile-subscription-bulk-delete-job',
      attributes: people({ email: ada.email, subscriptions: { email: consent('UNSUBSCRIBED') } }),
      relationships: toList,
    },
  },
  bulkSuppressProfiles: suppression('profile-suppression-bulk-create-job'),
  bulkUnsuppressProfiles: suppression('profile-suppression-bulk-delete-job'),
  updateBulkSuppressProfilesJob: retry('profile-suppression-bulk-create-job'),
  updateBulkUnsuppressProfilesJob: retry('profile-suppression-bulk-delete-job'),
  createClientSubscription: {
    data: {
      type: 'subscription',
      attributes: {
        custom_source: 'Form in the footer',
        wording: 'Yes, send me news by e-mail.',
        profile: profileNamed({ email: ada.email, subscriptions: { email: consent('SUBSCRIBED') } }),
      },
      relationships: toList,
    },
  },
  subscribeByPage: form,
  subscribeToListByPage: form,
  confirmSubscription: {},
  savePreferences: {
    topic: ['email#marketing'],
    list: [ids.list],
    shown: ['topic:email#marketing', 'list:newsletter'],
  },
  unsubscribeByLink: { 'List-Unsubscribe': 'One-Click' },
};
