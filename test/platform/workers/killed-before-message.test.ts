import { expect, test } from 'vitest';
import { lists } from '../../../functions/domains/lists/store.ts';
import type { Queue } from '../../../functions/platform/queues/queue.ts';
import { giveUp, startRedrive, type World } from '../../support/redrive.ts';

/**
 * A process that is killed when it sends a message without a delay. Delayed messages come immediately, to save time.
 */
const whileKilled = async (world: World, request: () => Promise<{ readonly status: number }>): Promise<void> => {
  const send: Queue['send'] = async (message, when = 0) => {
    if (when === 0) throw new Error('killed');
    await world.services.queue().send(message);
  };
  world.serveWith({ ...world.services, queue: () => ({ send }) });
  expect((await request()).status).toBe(500);
  world.serveWith(world.services);
};

const ada = { type: 'profile', attributes: { email: 'ada@example.com' } };

const startWorld = async () => {
  const world = await startRedrive();
  const { body } = await world.post('/api/lists', { data: { type: 'list', attributes: { name: 'News' } } });
  const list: string = body.data.id;
  return { world, list };
};

const ofList = (id: string) => ({ relationships: { list: { data: { type: 'list', id } } } });
const jobs = [
  { type: 'profile-bulk-import-job', body: () => ({ attributes: { profiles: { data: [ada] } } }), end: 'complete' },
  { type: 'profile-suppression-bulk-create-job', body: ofList, end: 'complete' },
  { type: 'profile-suppression-bulk-delete-job', body: ofList, end: 'complete' },
  { type: 'data-privacy-access-job', body: () => ({ attributes: { profile: { data: ada } } }), end: 'complete' },
  // Its files are swept a moment later.
  { type: 'data-privacy-deletion-job', body: () => ({ attributes: { profile: { data: ada } } }), end: 'processing' },
];

test.each(jobs)('a $type completes if its request was killed before its message', async ({ type, body, end }) => {
  const { world, list } = await startWorld();
  await whileKilled(world, () => world.post(`/api/${type}s`, { data: { type, ...body(list) } }));
  const [job] = (await world.get(`/api/${type}s`)).body.data;
  expect(job.attributes.status).toBe('queued');
  await world.drain();
  expect((await world.get(`/api/${type}s/${job.id}`)).body.data.attributes.status).toBe(end);
});

test.each(jobs)('a $type completes if its retry was killed before its message', async ({ type, body, end }) => {
  const { world, list } = await startWorld();
  await world.post(`/api/${type}s`, { data: { type, ...body(list) } });
  const [{ id }] = (await world.get(`/api/${type}s`)).body.data;
  await giveUp(world);
  const path = `/api/${type}s/${id}`;
  const attributes = { status: 'queued' };
  await whileKilled(world, () => world.patch(path, { data: { type, id, attributes } }));
  expect((await world.get(path)).body.data.attributes.status).toBe('queued');
  await world.drain();
  expect((await world.get(path)).body.data.attributes.status).toBe(end);
});

test('a list is deleted if its deletion was killed before its message', async () => {
  const { world, list } = await startWorld();
  await whileKilled(world, () => world.delete(`/api/lists/${list}`));
  world.at('2026-01-01T01:00:00Z');
  await world.drain();
  expect(await world.table.get(lists, { account: world.account, id: list })).toBeUndefined();
});
