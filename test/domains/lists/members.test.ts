import { expect, test } from 'vitest';
import {
  addMember,
  findList,
  isMember,
  joinList,
  leaveList,
  readListsOf,
  readMembers,
} from '../../../functions/domains/lists/actions.ts';
import { consent } from '../../../functions/services/consent.ts';
import { startApp } from '../../support/app.ts';

const at = (day: number) => new Date(Date.UTC(2025, 0, day));

test('creates a list when its first member joins', async () => {
  const app = await startApp(consent);
  const context = app.context();
  app.requests.length = 0;
  expect(await joinList({ listId: 'news', profileId: 'p1', at: at(1) }, context)).toBe('joined');
  expect(app.requests).toEqual([
    'GetItemCommand',
    'TransactWriteItemsCommand',
    'BatchGetItemCommand',
    'BatchGetItemCommand',
    'TransactWriteItemsCommand',
    // If the profile was merged in the meantime, it may be on the list twice.
    'BatchGetItemCommand',
  ]);
  app.requests.length = 0;
  expect(await joinList({ listId: 'news', profileId: 'p1', at: at(2) }, context)).toBe('already');
  expect(app.requests).toEqual(['GetItemCommand', 'BatchGetItemCommand', 'BatchGetItemCommand']);
  expect(await findList('news', context)).toMatchObject({ id: 'news', name: 'news' });
  expect(await readListsOf({ id: 'p1' }, context)).toMatchObject([{ id: 'news' }]);
});

test('ends a membership, and lets the profile join again', async () => {
  const app = await startApp(consent);
  const context = app.context();
  const place = { listId: 'news', profileId: 'p1' };
  await joinList({ ...place, at: at(1) }, context);
  expect(await leaveList(place, context)).toBe('left');
  expect(await leaveList(place, context)).toBe('absent');
  expect(await isMember(place, context)).toBe(false);
  expect((await readMembers('news', { size: 10 }, context)).members).toEqual([]);
  expect(await joinList({ ...place, at: at(3) }, context)).toBe('joined');
});

test('lists members page by page in the order of joining, for each list', async () => {
  const app = await startApp(consent);
  const context = app.context();
  for (let day = 1; day <= 25; day++) {
    await addMember({ listId: 'news', profileId: `p${day}`, at: at(day) }, context);
  }
  await addMember({ listId: 'news#1', profileId: 'other', at: at(1) }, context);

  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await readMembers('news', { size: 10, ...(cursor && { cursor }) }, context);
    seen.push(...page.members.map(({ profileId }) => profileId));
    cursor = page.next;
  } while (cursor);
  expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `p${i + 1}`));
});
