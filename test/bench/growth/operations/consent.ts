import { consent } from '../../../../functions/services/consent.ts';
import { work } from '../../import-run.ts';
import { emailOf, timeOf } from '../fill.ts';
import { CLUB, equals, filter, type Ground, type Operation, page, type Running } from '../operation.ts';

type To = 'SUBSCRIBED' | 'UNSUBSCRIBED';

/** One person, by what a server calls for that. */
export const say = ({ call }: Running, { profileId }: Ground, to: To, listId?: string) => {
  const type = `profile-subscription-bulk-${to === 'SUBSCRIBED' ? 'create' : 'delete'}-job`;
  const subscriptions = { email: { marketing: { consent: to } } };
  const attributes = { email: emailOf(profileId), subscriptions };
  const relationships = { list: { data: { type: 'list', id: listId } } };
  return call('consent', 'POST', `/api/${type}s`, {
    data: {
      type,
      attributes: { profiles: { data: [{ type: 'profile', attributes }] } },
      ...(listId !== undefined && { relationships }),
    },
  });
};

const suppressed = ({ call }: Running, { profileId }: Ground, kind: 'create' | 'delete') => {
  const type = `profile-suppression-bulk-${kind}-job`;
  const data = [{ type: 'profile', attributes: { email: emailOf(profileId) } }];
  return call('consent', 'POST', `/api/${type}s`, { data: { type, attributes: { profiles: { data } } } });
};

const asked =
  (place: string): Operation['run'] =>
  ({ call }, { profileId }) =>
    call('profiles', 'GET', `/api/profiles/${profileId}/${place}`);

const listed =
  (filters: string): Operation['run'] =>
  ({ call }) =>
    call('profiles', 'GET', `/api/profiles?${page}&${filters}`);

const MARKETING = 'subscriptions.email.marketing';

export const consentOperations: readonly Operation[] = [
  {
    name: 'a subscription',
    prepare: (world, ground) => say(world, ground, 'UNSUBSCRIBED'),
    run: (world, ground) => say(world, ground, 'SUBSCRIBED'),
  },
  {
    name: 'a subscription to a list, from a browser, with its worker',
    prepare: async (world, ground) => {
      await say(world, ground, 'SUBSCRIBED', CLUB);
      await say(world, ground, 'UNSUBSCRIBED', CLUB);
      await say(world, ground, 'UNSUBSCRIBED');
      return undefined;
    },
    run: async ({ call, account, queued, services }, { profileId }) => {
      await call('consent', 'POST', `/client/subscriptions?company_id=${account}`, {
        data: {
          type: 'subscription',
          attributes: { profile: { data: { type: 'profile', attributes: { email: emailOf(profileId) } } } },
          relationships: { list: { data: { type: 'list', id: CLUB } } },
        },
      });
      await work(consent, queued.splice(0), services);
    },
  },
  {
    name: 'an opt-out',
    prepare: (world, ground) => say(world, ground, 'SUBSCRIBED'),
    run: (world, ground) => say(world, ground, 'UNSUBSCRIBED'),
  },
  {
    name: 'an opt-out of one list',
    prepare: (world, ground) => say(world, ground, 'SUBSCRIBED', CLUB),
    run: (world, ground) => say(world, ground, 'UNSUBSCRIBED', CLUB),
  },
  {
    name: 'a suppression',
    prepare: (world, ground) => suppressed(world, ground, 'delete').then(() => undefined),
    run: (world, ground) => suppressed(world, ground, 'create'),
  },
  {
    name: 'lifting a suppression',
    prepare: (world, ground) => suppressed(world, ground, 'create').then(() => undefined),
    run: (world, ground) => suppressed(world, ground, 'delete'),
  },
  { name: 'consent of a profile', run: asked('consent') },
  {
    name: 'consent at an earlier moment',
    run: (world, ground, ...rest) =>
      asked(`consent?channel=email&type=open_tracking&at=${timeOf(ground.events / 2)}`)(world, ground, ...rest),
  },
  { name: 'newest ledger entries of a profile', run: asked('consent-ledger') },
  {
    name: 'newest ledger entries of a topic',
    run: asked('consent-ledger?channel=email&type=open_tracking'),
  },
  {
    name: 'suppressed profiles',
    run: listed(equals(`${MARKETING}.suppression.reason`, 'USER_SUPPRESSED')),
  },
  {
    name: 'profiles that opted out of a list',
    run: listed(filter(`equals(${MARKETING}.list_suppressions.list_id,"${CLUB}")`)),
  },
];
