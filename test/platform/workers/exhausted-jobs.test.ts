import * as v from 'valibot';
import { expect, test } from 'vitest';
import { readPendingOptIn, requestConfirmation } from '../../../functions/domains/consent/opt-in/actions.ts';
import { retryConfirmation } from '../../../functions/domains/consent/opt-in/mail.ts';
import { lists } from '../../../functions/domains/lists/store.ts';
import { giveUp, startRedrive, type World } from '../../support/redrive.ts';

const GIVEN_UP = /^It failed 5 times\. .* Retry it\.$/;

/** A job with a route, whose message is dead-lettered. */
const failing = async (world: World, path: string) => {
  await world.killWorkers();
  await world.serveExhausted();
  const { body } = await world.get(path);
  expect(body.data.attributes).toMatchObject({ status: 'failed', error: expect.stringMatching(GIVEN_UP) });
  return body.data;
};

const retry = (world: World, path: string, type: string) =>
  world.patch(path, { data: { type, attributes: { status: 'queued' } } });

/** After a retry the job is complete, without its earlier failure. */
const completes = async (world: World, path: string, type: string) => {
  const answer = await retry(world, path, type);
  expect(answer.status).toBe(200);
  expect(answer.body.data.attributes).not.toHaveProperty('error');
  await world.drain();
  const { body } = await world.get(path);
  expect(body.data.attributes.status).toBe('complete');
  expect(body.data.attributes).not.toHaveProperty('error');
  expect((await retry(world, path, type)).status).toBe(409);
  return body.data.attributes;
};

const BULK = 'profile-bulk-import-job';
const startBulk = async (world: World): Promise<string> => {
  const data = ['ada', 'bob'].map((name) => ({ type: 'profile', attributes: { email: `${name}@example.com` } }));
  const { body } = await world.post('/api/profile-bulk-import-jobs', {
    data: { type: BULK, attributes: { profiles: { data } } },
  });
  return `/api/profile-bulk-import-jobs/${body.data.id}`;
};

test('a bulk import fails with its dead message, and completes on retry', async () => {
  const world = await startRedrive();
  const path = await startBulk(world);
  await failing(world, path);
  expect(await world.deadLetters()).toMatchObject([{ body: { kind: 'bulk-import' }, fate: 'failed' }]);
  const { body } = await world.get('/api/profile-bulk-import-jobs?filter=equals(status,"failed")');
  expect(body.data).toHaveLength(1);
  expect(await completes(world, path, BULK)).toMatchObject({ completed_count: 2, failed_count: 0 });
});

test('a bulk import with an unreadable payload shows the error, and its place in the logs', async () => {
  const world = await startRedrive();
  const path = await startBulk(world);
  await world.put(`bulk/${world.account}/${path.split('/').at(-1)}.json`, 'no JSON');
  while (await world.deliver(world.services))
    world.at(new Date(world.services.now().getTime() + 1_000_000).toISOString());
  const { attributes } = await failing(world, path);
  expect(attributes.error).toContain('The last error was SyntaxError (request request-1).');
  expect(JSON.stringify(attributes)).not.toContain('no JSON');
});

const suppressing = (kind: 'create' | 'delete') => ({
  path: `/api/profile-suppression-bulk-${kind}-jobs`,
  type: `profile-suppression-bulk-${kind}-job`,
});

test.each(['create', 'delete'] as const)(
  "the suppression of a list's members (%s) fails with its dead message, and a retry completes it",
  async (kind) => {
    const world = await startRedrive();
    const { path, type } = suppressing(kind);
    const list = await world.post('/api/lists', { data: { type: 'list', attributes: { name: 'News' } } });
    const { id } = list.body.data;
    const relationships = { list: { data: { type: 'list', id } } };
    const { body } = await world.post(path, { data: { type, relationships } });
    const job = `${path}/${body.data.id}`;
    await failing(world, job);
    expect((await world.get(`${path}?filter=equals(status,"failed")`)).body.data).toHaveLength(1);
    await completes(world, job, type);
  },
);

test('the deletion of a list shows why it failed, and completes when it is deleted again', async () => {
  const world = await startRedrive();
  const { body } = await world.post('/api/lists', { data: { type: 'list', attributes: { name: 'News' } } });
  const { id } = body.data;
  const stored = () => world.table.get(lists, { account: world.account, id });
  expect((await world.delete(`/api/lists/${id}`)).status).toBe(204);
  expect(await giveUp(world)).toMatchObject([{ body: { kind: 'delete-list' }, fate: 'failed' }]);
  expect((await stored())?.deletionError).toMatch(GIVEN_UP);

  expect((await world.delete(`/api/lists/${id}`)).status).toBe(204);
  expect((await stored())?.deletionError).toBeUndefined();
  world.at('2026-01-01T01:00:00Z');
  await world.drain();
  expect(await stored()).toBeUndefined();
});

test('a failed confirmation mail leaves its subscription pending, shows why, and is sent on retry', async () => {
  const mails: string[] = [];
  const mail = {
    send: async ({ to }: { readonly to: string }) => {
      mails.push(to);
      return 'id';
    },
  };
  const world = await startRedrive({ mail });
  const context = world.context();
  const wish = {
    email: 'ada@example.com',
    topics: [{ channel: 'email', type: 'marketing' } as const],
    evidence: { method: 'api' },
    language: 'en' as const,
  };
  expect(await requestConfirmation(wish, context)).toBeDefined();
  const [letter] = await giveUp(world);
  expect(letter).toMatchObject({ body: { kind: 'confirmation-mail' }, fate: 'failed' });
  const { id } = v.parse(v.object({ id: v.string() }), letter?.body);
  expect(await readPendingOptIn(id, context)).toMatchObject({
    status: 'pending',
    mailError: expect.stringMatching(GIVEN_UP),
  });

  await retryConfirmation({ account: world.account, id }, world.services);
  expect((await readPendingOptIn(id, context))?.mailError).toBeUndefined();
  await world.drain();
  expect(mails).toEqual(['ada@example.com']);
  expect((await readPendingOptIn(id, context))?.mailedAt).toBeDefined();
  await expect(retryConfirmation({ account: world.account, id }, world.services)).rejects.toMatchObject({
    code: 'conflict',
  });
});

const ERASING = 'data-privacy-deletion-job';
const erase = async (world: World): Promise<string> => {
  const profile = { data: { type: 'profile', attributes: { email: 'ada@example.com' } } };
  const { headers } = await world.post('/api/data-privacy-deletion-jobs', {
    data: { type: ERASING, attributes: { profile } },
  });
  return new URL(headers.Location ?? '').pathname.replace(/\/$/, '');
};

/** Processes messages, with time passing in between, until the erasure is complete. */
const settled = async (world: World, path: string) => {
  for (let hours = 0; hours < 80; hours++) {
    world.at(new Date(world.services.now().getTime() + 3_600_000).toISOString());
    await world.send(
      world.urls.queue,
      JSON.stringify({ kind: 'erase', account: world.account, id: path.split('/').at(-1) }),
    );
    await world.drain();
    await world.send(world.urls.queue, JSON.stringify({ kind: 'sweep', account: world.account }));
    await world.drain();
    const { body } = await world.get(path);
    if (body.data.attributes.status === 'complete') return body.data.attributes;
  }
  throw new Error('It does not end.');
};

test('an erasure fails with its dead message, keeps its identifiers, and completes on retry', async () => {
  const world = await startRedrive();
  await world.post('/api/profiles', { data: { type: 'profile', attributes: { email: 'ada@example.com' } } });
  const path = await erase(world);
  await failing(world, path);
  expect(await world.deadLetters()).toMatchObject([{ body: { kind: 'erase' }, fate: 'failed' }]);

  const { body } = await retry(world, path, ERASING);
  expect(body.data.attributes.status).toBe('queued');
  const { removed, profile_ids: ids, ...attributes } = await settled(world, path);
  expect(ids).toHaveLength(1);
  expect(removed).toContainEqual({ place: 'table', kind: 'profile', count: 1 });
  expect(attributes).not.toHaveProperty('error');
});

test('erasures waiting for a failed sweep fail, and a retry of one resumes the sweep', async () => {
  const world = await startRedrive();
  const path = await erase(world);
  // Until it waits for the sweep of files.
  await world.deliver();
  await world.send(world.urls.queue, JSON.stringify({ kind: 'sweep', account: world.account }));
  await failing(world, path);
  expect((await world.deadLetters())[0]).toMatchObject({ body: { kind: 'sweep' }, fate: 'failed' });
  expect((await retry(world, path, ERASING)).body.data.attributes.status).toBe('processing');
  await settled(world, path);
});

test('an erasure that only waits is not failed by a dead message that comes too early', async () => {
  const world = await startRedrive();
  const path = await erase(world);
  await world.deliver();
  await world.send(world.urls.queue, JSON.stringify({ kind: 'sweep', account: world.account }));
  await world.drain();
  expect((await world.get(path)).body.data.attributes.status).toBe('settling');
  const id = path.split('/').at(-1);
  await world.send(world.urls.exhausted, JSON.stringify({ kind: 'erase', account: world.account, id }));
  await world.serveExhausted();
  expect((await world.get(path)).body.data.attributes.status).toBe('settling');
  expect(await world.deadLetters()).toEqual([]);
});

const ACCESS = 'data-privacy-access-job';

test('an access request fails with its dead message, and completes on retry', async () => {
  const world = await startRedrive();
  const profile = { data: { type: 'profile', attributes: { email: 'ada@example.com' } } };
  const { body } = await world.post('/api/data-privacy-access-jobs', {
    data: { type: ACCESS, attributes: { profile } },
  });
  const path = `/api/data-privacy-access-jobs/${body.data.id}`;
  await failing(world, path);
  const { bytes } = await completes(world, path, ACCESS);
  expect(bytes).toBeGreaterThan(0);
});

test('a message stays in the dead letters if its job cannot be failed, as the table is unavailable', async () => {
  const world = await startRedrive();
  const path = await startBulk(world);
  await world.killWorkers();
  const away = { ...world.services, table: { ...world.table, get: () => Promise.reject(new Error('away')) } };
  await world.serveExhausted(away, 0);
  expect(await world.deadLetters()).toMatchObject([{ body: { kind: 'bulk-import' }, fate: undefined }]);
  expect((await world.get(path)).body.data.attributes.status).toBe('queued');
});
