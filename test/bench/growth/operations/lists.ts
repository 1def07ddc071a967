import { emailOf, timeOf } from '../fill.ts';
import { CLUB, equals, filter, type Ground, type Operation, page, type Running } from '../operation.ts';
import { made } from './profiles.ts';

const PATH = `/api/lists/${CLUB}`;

const members = ({ call }: Running, method: 'POST' | 'DELETE', ids: readonly string[]): Promise<undefined> =>
  call('lists', method, `${PATH}/relationships/profiles`, { data: ids.map((id) => ({ type: 'profile', id })) });

export const join = (world: Running, ids: readonly string[]) => members(world, 'POST', ids);
export const leave = (world: Running, ids: readonly string[]) => members(world, 'DELETE', ids);

const listed =
  (filtersOf: (ground: Ground) => string): Operation['run'] =>
  ({ call }, ground) =>
    call('lists', 'GET', `${PATH}/profiles?${page}&${filtersOf(ground)}`);

export const listOperations: readonly Operation[] = [
  {
    name: 'a new profile joins a list',
    prepare: (world, _, n) => made(world, `member-${n}@example.com`),
    run: (world, _ground, _round, id) => join(world, [id]),
  },
  {
    name: 'a profile joins a list',
    prepare: (world, { profileId }) => leave(world, [profileId]),
    run: (world, { profileId }) => join(world, [profileId]),
  },
  {
    name: 'a member joins again',
    prepare: (world, { profileId }) => join(world, [profileId]),
    run: (world, { profileId }) => join(world, [profileId]),
  },
  {
    name: 'a member leaves',
    prepare: (world, { profileId }) => join(world, [profileId]),
    run: (world, { profileId }) => leave(world, [profileId]),
  },
  {
    name: '50 profiles join a list',
    prepare: (world, { known }) => leave(world, known),
    run: (world, { known }) => join(world, known),
  },
  { name: 'oldest members', run: listed(() => 'sort=joined_group_at') },
  {
    name: 'members, from the middle',
    run: listed(({ events }) => filter(`greater-than(joined_group_at,${timeOf(events / 2)})`)),
  },
  { name: 'newest members', run: listed(() => 'sort=-joined_group_at') },
  {
    name: 'membership of a profile',
    run: listed(({ profileId }) => equals('email', emailOf(profileId))),
  },
  {
    name: 'member count',
    run: ({ call }) => call('lists', 'GET', `${PATH}?additional-fields[list]=profile_count`),
  },
  { name: 'list of lists', run: ({ call }) => call('lists', 'GET', '/api/lists') },
  {
    name: 'lists of a profile',
    run: ({ call }, { profileId }) => call('profiles', 'GET', `/api/profiles/${profileId}/lists`),
  },
];
