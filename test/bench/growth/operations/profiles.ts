import { profiles } from '../../../../functions/services/profiles.ts';
import { work } from '../../import-run.ts';
import { emailOf } from '../fill.ts';
import { equals, type Ground, type Operation, page, type Running } from '../operation.ts';

/** A new person, and their id. */
export const made = async ({ call }: Running, email: string): Promise<string> =>
  (await call('profiles', 'POST', '/api/profiles', { data: { type: 'profile', attributes: { email } } })).data.id;

const byEmail = (email: string, more: object) => ({ data: { type: 'profile', attributes: { email, ...more } } });

const listed =
  (more: string): Operation['run'] =>
  ({ call }) =>
    call('profiles', 'GET', `/api/profiles?${page}&${more}`);

const one =
  (more: string): Operation['run'] =>
  ({ call }, { profileId }) =>
    call('profiles', 'GET', `/api/profiles/${profileId}${more}`);

const bulk = ({ known }: Ground, name: string) => ({
  data: {
    type: 'profile-bulk-import-job',
    attributes: {
      profiles: {
        data: known.map((id) => ({ type: 'profile', attributes: { email: emailOf(id), last_name: name } })),
      },
    },
  },
});

const merged = async ({ call }: Running, { profileId }: Ground, into: string): Promise<void> => {
  await call('profiles', 'POST', '/api/profile-merge', {
    data: {
      type: 'profile-merge',
      id: into,
      relationships: { profiles: { data: [{ type: 'profile', id: profileId }] } },
    },
  });
  const { data } = await call('profiles', 'GET', `/api/profiles/${into}/merges`);
  await call('profiles', 'POST', `/api/profile-merges/${data[0].id}/undo`);
};

export const profileOperations: readonly Operation[] = [
  { name: 'a new profile', run: (world, _, n) => made(world, `new-${n}@example.com`) },
  {
    name: 'a change of a profile',
    run: ({ call }, { profileId }, n) =>
      call('profiles', 'PATCH', `/api/profiles/${profileId}`, {
        data: { type: 'profile', id: profileId, attributes: { first_name: `Ada ${n}` } },
      }),
  },
  {
    name: 'an upsert',
    run: ({ call }, { profileId }, n) =>
      call('profiles', 'POST', '/api/profile-import', byEmail(emailOf(profileId), { first_name: `Eve ${n}` })),
  },
  {
    name: 'an upsert without a change',
    prepare: ({ call }, { profileId }) =>
      call('profiles', 'POST', '/api/profile-import', byEmail(emailOf(profileId), { title: 'Countess' })),
    run: ({ call }, { profileId }) =>
      call('profiles', 'POST', '/api/profile-import', byEmail(emailOf(profileId), { title: 'Countess' })),
  },
  {
    name: 'a profile from a browser',
    run: ({ call, account }, { profileId }, n) =>
      call(
        'profiles',
        'POST',
        `/client/profiles?company_id=${account}`,
        byEmail(emailOf(profileId), { first_name: `Eva ${n}` }),
      ),
  },
  {
    name: 'bulk import of 50 profiles, with its worker',
    runs: 5,
    run: async (world, ground, n) => {
      const { queued } = world;
      await world.call('profiles', 'POST', '/api/profile-bulk-import-jobs', bulk(ground, `King ${n}`));
      await work(profiles, queued.splice(0), world.services);
    },
  },
  {
    name: 'a merge, read and undone',
    prepare: (world, _, n) => made(world, `merged-${n}@example.com`),
    run: (world, ground, _, into) => merged(world, ground, into),
  },
  { name: 'profile by id', run: one('') },
  {
    name: '… with subscriptions, lists, first and last event',
    run: one('?include=lists&additional-fields[profile]=subscriptions,first_event_date'),
  },
  {
    name: 'profile by e-mail address',
    run: ({ call }, { profileId }) => call('profiles', 'GET', `/api/profiles?${equals('email', emailOf(profileId))}`),
  },
  { name: 'profiles by creation', run: listed('sort=created') },
  { name: 'profiles by last change', run: listed('sort=-updated') },
  { name: 'profiles by e-mail address', run: listed('sort=email') },
];
