import { ListEnum, ListsApi, ProfileEnum } from 'klaviyo-api';
import { expect, test, vi } from 'vitest';
import { lists as domain } from '../../../functions/services/lists.ts';
import { connect, refusal, somebody } from '../../support/deployed/klaviyo.ts';

const { open, profiles, unanswered } = connect();
const lists = open(ListsApi);

const make = async (): Promise<string> => {
  const attributes = { name: crypto.randomUUID(), optInProcess: 'double_opt_in' as const };
  const { body } = await lists.createList({ data: { type: ListEnum.List, attributes } });
  return body.data.id ?? '';
};

test('creates, reads, renames, finds and deletes a list', async () => {
  const id = await make();
  await lists.updateList(id, { data: { type: ListEnum.List, id, attributes: { name: `News ${id}` } } });
  const { body } = await lists.getList(id, { additionalFieldsList: ['profile_count'] });
  expect(body.data.attributes).toMatchObject({ name: `News ${id}`, optInProcess: 'double_opt_in', profileCount: 0 });
  const found = await lists.getLists({ filter: `equals(name,"News ${id}")`, sort: '-created', pageSize: 5 });
  expect(found.body.data.map((one) => one.id)).toEqual([id]);

  await lists.deleteList(id);
  expect((await refusal(lists.getList(id))).status).toBe(404);
});

test('adds profiles to a list, lists them by join time, and removes them', async () => {
  const id = await make();
  const people = await Promise.all(
    [somebody(), somebody(), somebody()].map(async (email) => {
      const { body } = await profiles.createProfile({ data: { type: ProfileEnum.Profile, attributes: { email } } });
      return { type: ProfileEnum.Profile, id: body.data.id ?? '', email };
    }),
  );
  const [first, ...others] = people;
  if (!first) throw new Error('There are three people.');
  await lists.addProfilesToList(id, { data: [first] });
  await lists.addProfilesToList(id, { data: people });

  const ids = () => lists.getProfileIdsForList(id, { sort: 'joined_group_at', pageSize: 10 });
  await vi.waitUntil(async () => (await ids()).body.data.length === 3, { timeout: 60_000 });
  const { body } = await lists.getProfilesForList(id, { filter: `equals(email,"${first.email}")` });
  expect(body.data.map((one) => one.id)).toEqual([first.id]);
  expect(Number(body.data[0]?.attributes.joinedGroupAt)).toBeGreaterThan(0);
  expect((await ids()).body.data[0]?.id).toBe(first.id);

  await lists.removeProfilesFromList(id, { data: others });
  const { attributes } = (await lists.getList(id, { additionalFieldsList: ['profile_count'] })).body.data;
  expect(attributes.profileCount).toBe(1);
});

test('returns no tags and no flows for a list', async () => {
  const id = await make();
  for (const none of [
    await lists.getTagsForList(id),
    await lists.getTagIdsForList(id),
    await lists.getFlowsTriggeredByList(id),
    await lists.getIdsForFlowsTriggeredByList(id),
  ])
    expect(none.body.data).toEqual([]);
});

test('the client has called every endpoint of the domain', () => {
  // Our own endpoints, for which the client has no method.
  const own = [
    ...['getRejectedItem', 'getRejectedItems', 'replayRejectedItem'],
    ...['createRejectedItemReplayJob', 'getRejectedItemReplayJob'],
  ];
  expect(unanswered(domain, own)).toEqual([]);
});
