import { describe, expect, test } from 'vitest';
import { create } from '../profiles/people.ts';
import { JOBS, people, startBulk } from './bulk.ts';

describe('a bulk import job', () => {
  test('hands over before its time ends, and counts nothing twice', async () => {
    const app = await startBulk();
    const { body } = await app.submit(people(250));

    const runs = await app.drain(() => 1_000);

    expect(runs).toBe(3);
    expect(await app.jobOf(body.data.id)).toMatchObject({
      status: 'complete',
      completed_count: 250,
    });
  });

  test('is processed once when delivered twice, and the other delivery comes back later', async () => {
    const app = await startBulk();
    const { body } = await app.submit(people(120));
    const [sent] = await app.waiting();

    const done = await Promise.all([1, 2, 3].map(() => app.deliver(sent)));

    expect(done).toEqual([true, true, true]);
    expect(await app.waiting()).toEqual([]);
    const { attributes } = (await app.get(`${JOBS}/${body.data.id}`)).body.data;
    expect(attributes).toMatchObject({ status: 'complete', completed_count: 120, failed_count: 0 });
    const first = await app.byEmail('p7@example.com');
    expect(first.attributes.updated).toBe(first.attributes.created);
  });

  test.each([1, 30, 91, 103])('resumes after a kill at its %ith write, with the same result', async (writes) => {
    const app = await startBulk();
    await create(app, { email: 'p3@example.com' });
    await create(app, { external_id: 'x3' });
    const rows = people(100).map((row, i) => ({ ...row, external_id: `x${i}`, properties: { i } }));
    const { body } = await app.submit([...rows, { email: 'p5@example.com', title: 'later' }]);
    const [sent] = await app.waiting();

    let count = 0;
    const stop = app.watch(({ command }, next) => {
      if (/Transact|Put|Update/.test(command)) count += 1;
      if (count === writes) throw new Error('killed');
      return next();
    });
    expect(await app.deliver(sent)).toBe(false);
    stop();
    app.at('2026-01-01T00:20:00Z');
    expect(await app.deliver(sent)).toBe(true);

    const { id } = body.data;
    expect(await app.jobOf(id)).toMatchObject({
      status: 'complete',
      completed_count: 100,
      failed_count: 1,
    });
    expect((await app.get(`${JOBS}/${id}/import-errors`)).body.data).toHaveLength(1);
    expect((await app.byEmail('p5@example.com')).attributes).toMatchObject({
      title: 'later',
      properties: { i: 5 },
    });
    expect(await app.deliver(sent)).toBe(true);
    expect(await app.waiting()).toEqual([]);
  });
});
