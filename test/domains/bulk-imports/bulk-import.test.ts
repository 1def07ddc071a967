import { describe, expect, test } from 'vitest';
import { attributesOf, create } from '../profiles/people.ts';
import { JOBS, people, startBulk } from './bulk.ts';

describe('a bulk import job', () => {
  test('is stored and queued before the response, and processed', async () => {
    const app = await startBulk();
    app.at('2026-01-01T10:00:00Z');

    const { status, body } = await app.submit(people(200, { first_name: 'B' }), ['Nl1234']);

    expect(status).toBe(202);
    const { id } = body.data;
    expect(body.data.attributes).toEqual({
      status: 'queued',
      created_at: '2026-01-01T10:00:00.000+00:00',
      total_count: 200,
      completed_count: 0,
      failed_count: 0,
      started_at: null,
      completed_at: null,
      expires_at: '2026-01-31T10:00:00.000+00:00',
    });
    expect(await app.files.list('')).toEqual([`bulk/${app.account}/${id}.json`]);

    app.at('2026-01-01T10:01:00Z');
    await app.drain();

    const job = (await app.get(`${JOBS}/${id}`)).body.data;
    expect(job.attributes).toMatchObject({
      status: 'complete',
      completed_count: 200,
      failed_count: 0,
      started_at: '2026-01-01T10:01:00.000+00:00',
      completed_at: '2026-01-01T10:01:00.000+00:00',
    });
    const member = await app.byEmail('p150@example.com');
    expect(member.attributes.first_name).toBe('B');
    const lists = (await app.get(`/api/profiles/${member.id}/lists`)).body.data;
    expect(lists).toMatchObject([{ type: 'list', id: 'Nl1234', attributes: { name: 'Nl1234' } }]);
    expect((await app.get(`/api/profiles/${member.id}/relationships/lists`)).body.data).toEqual([
      { type: 'list', id: 'Nl1234' },
    ]);
    expect((await app.get(`${JOBS}/${id}/lists`)).body.data).toHaveLength(1);
    expect((await app.get(`${JOBS}/${id}/relationships/lists`)).body.data).toEqual([{ type: 'list', id: 'Nl1234' }]);
    expect((await app.get(`${JOBS}/${id}?include=lists`)).body.included).toMatchObject([
      { type: 'list', id: 'Nl1234' },
    ]);

    const seen = new Set<string>();
    let url = `${JOBS}/${id}/profiles?page[size]=90`;
    for (let pages = 0; url && pages < 5; pages++) {
      const { data, links } = (await app.get(url)).body;
      for (const one of data) seen.add(one.id);
      url = links.next?.replace('https://api.test', '') ?? '';
    }
    expect(seen.size).toBe(200);
    expect((await app.get(`${JOBS}/${id}/relationships/profiles?page[size]=100`)).body.data).toHaveLength(100);
  });

  test('reports failed profiles, with their data to correct', async () => {
    const app = await startBulk();
    await create(app, { email: 'a@example.com' });
    await create(app, { external_id: 'x' });

    const { body } = await app.submit([
      { email: 'ok@example.com' },
      { email: 'a@example.com', external_id: 'x', title: 'T' },
    ]);
    await app.drain();

    const { id } = body.data;
    expect(await app.jobOf(id)).toMatchObject({
      status: 'complete',
      completed_count: 1,
      failed_count: 1,
    });
    expect((await app.get(`${JOBS}/${id}/import-errors`)).body.data).toEqual([
      {
        type: 'import-error',
        id: `${id}-2`,
        attributes: {
          code: 'duplicate_profile',
          title: 'Conflict.',
          detail: 'A profile already exists with one of these identifiers.',
          source: { pointer: '/data/attributes/profiles/data/1/attributes' },
          original_payload: { type: 'profile', attributes: { email: 'a@example.com', external_id: 'x', title: 'T' } },
        },
      },
    ]);
  });

  test('creates two people with one number, and reports the one it was left out of', async () => {
    const app = await startBulk();
    const phone_number = '+4930123456';
    const { body } = await app.submit([
      { email: 'ann@example.com', phone_number },
      { email: 'bob@example.com', phone_number },
    ]);
    await app.drain();

    const { id } = body.data;
    expect(await app.jobOf(id)).toMatchObject({ completed_count: 2, failed_count: 0, left_out_count: 1 });
    expect((await app.get(`${JOBS}/${id}/import-errors`)).body.data).toMatchObject([
      {
        id: `${id}-2`,
        attributes: {
          code: 'left_out',
          source: { pointer: '/data/attributes/profiles/data/1/attributes/phone_number' },
        },
      },
    ]);
    const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) => app.byEmail(`${name}@example.com`)));
    expect([ann.attributes.phone_number, bob.attributes.phone_number]).toEqual([phone_number, null]);
  });

  test('with any problem is refused as a whole, with all problems at their places', async () => {
    const app = await startBulk();

    const { status, body } = await app.submit([
      { email: 'ok@example.com' },
      { email: 'no', phone_number: '123' },
      { first_name: 'nobody' },
      { email: 'big@example.com', properties: { a: 'x'.repeat(60_000), b: 'x'.repeat(60_000) } },
    ]);

    expect(status).toBe(400);
    const at = '/data/attributes/profiles/data';
    expect(body.errors.map((error: { source: object }) => error.source)).toEqual([
      { pointer: `${at}/1/attributes/email` },
      { pointer: `${at}/1/attributes/phone_number` },
      { pointer: `${at}/2` },
      { pointer: `${at}/3` },
    ]);
    expect([...(await app.files.list('')), ...(await app.waiting())]).toEqual([]);
    expect((await app.submit([])).status).toBe(400);
    expect((await app.submit(people(10_001))).status).toBe(400);
  });

  test("costs two requests per new profile, two per checkpoint and one for the account's settings", async () => {
    const app = await startBulk();
    await app.submit(people(90));
    app.requests.length = 0;
    await app.drain();
    const start = ['GetItemCommand', 'UpdateItemCommand', 'GetItemCommand', 'BatchGetItemCommand'];
    expect(app.requests.slice(0, 4)).toEqual(start);
    expect(app.requests).toHaveLength(1 + 2 + 90 * 2 + 2);
  });

  test('reports a thousand of ten thousand problems', async () => {
    const app = await startBulk();
    const { status, body } = await app.submit(people(10_000, { phone_number: 'x' }));
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(1_001);
    expect(body.errors.at(-1).detail).toContain('Only the first 1000 problems');
  });

  test('applies rows of one person in order, whichever identifier they use', async () => {
    const app = await startBulk();
    const id = await create(app, { email: 'old@example.com', external_id: 'x', phone_number: '+4930123456' });
    const names = [{ email: 'old@example.com' }, { external_id: 'x' }, { phone_number: '+4930123456' }];

    await app.submit(
      Array.from({ length: 60 }, (_, i) => ({ ...names[i % 3], title: `${i}`, properties: { [`p${i}`]: i } })),
    );
    await app.drain();

    const { title, properties } = await attributesOf(app, id);
    expect(title).toBe('59');
    expect(Object.keys(properties)).toHaveLength(60);
  });

  test('is cancelled when its profiles are gone', async () => {
    const app = await startBulk();
    const { body } = await app.submit(people(1));
    await app.files.remove(`bulk/${app.account}/${body.data.id}.json`);

    await app.drain();

    expect((await app.jobOf(body.data.id)).status).toBe('cancelled');
  });

  test('is listed by age and by status', async () => {
    const app = await startBulk();
    const ids: string[] = [];
    for (const minute of [1, 2, 3]) {
      app.at(`2026-01-01T00:0${minute}:00Z`);
      ids.push((await app.submit(people(1))).body.data.id);
    }
    const [a = '', b, c] = ids;
    await app.deliver((await app.waiting()).find((message) => message.includes(a)));
    const listed = async (query: string) =>
      (await app.get(`${JOBS}?${query}`)).body.data.map(({ id }: { id: string }) => id);

    expect(await listed('')).toEqual([c, b, a]);
    expect(await listed('sort=created_at')).toEqual([a, b, c]);
    expect(await listed('filter=equals(status,"complete")')).toEqual([a]);
    expect(await listed('filter=any(status,["queued","processing"])')).toEqual([c, b]);
    expect(await listed('filter=equals(status,"complete"),equals(status,"queued")')).toEqual([]);
    expect((await app.get(`${JOBS}?filter=equals(status,"lost")`)).body.errors[0].detail).toContain('queued');
    const { data, links } = (await app.get(`${JOBS}?page[size]=2`)).body;
    expect(data).toHaveLength(2);
    expect((await app.get(links.next.replace('https://api.test', ''))).body.data).toHaveLength(1);
  });

  test('returns 404 for an unknown id', async () => {
    const app = await startBulk();
    for (const path of [
      '',
      '/lists',
      '/profiles',
      '/import-errors',
      '/relationships/lists',
      '/relationships/profiles',
    ]) {
      expect((await app.get(`${JOBS}/nope${path}`)).status).toBe(404);
    }
  });
});
