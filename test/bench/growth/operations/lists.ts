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
    name: 'a new person joins a list',
    prepare: (world, _, n) => made(world, `member-${n}@example.com`),
    run: (world, _ground, _round, id) => join(world, [id]),
  },
  {
    name: 'a person joins a list',
    prepare: (world, { profileId }) => leave(world, [profileId]),
    run: (world, { profileId }) => join(world, [profileId]),
  },
  {
    name: 'a member joins again',
    prepare: (world, { profileId }) => join(world, [profileId]),
    run: (world, { profileId }) => join(world, [profileId]),
  },
  {
    name: 'a member leaves it',
    prepare: (world, { profileId }) => join(world, [profileId]),
    run: (world, { profileId }) => leave(world, [profileId]),
  },
  {
    name: 'fifty people join a list',
    prepare: (world, { known }) => leave(world, known),
    run: (world, { known }) => join(world, known),
  },
  { name: 'the first members', run: listed(() => 'sort=joined_group_at') },
  {
    name: 'the members from the middle on',
    run: listed(({ events }) => filter(`greater-than(joined_group_at,${timeOf(events / 2)})`)),
  },
  { name: 'the newest members', run: listed(() => 'sort=-joined_group_at') },
  {
    name: 'whether somebody is a member',
    run: listed(({ profileId }) => equals('email', emailOf(profileId))),
  },
  {
    name: 'how many members a list has',
    run: ({ call }) => call('lists', 'GET', `${PATH}?additional-fields[list]=profile_count`),
  },
  { name: 'the lists', run: ({ call }) => call('lists', 'GET', '/api/lists') },
  {
    name: "a person's lists",
    run: ({ call }, { profileId }) => call('profiles', 'GET', `/api/profiles/${profileId}/lists`),
  },
];
