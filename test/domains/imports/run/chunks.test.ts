import { expect, test } from 'vitest';
import { startImports } from '../start-imports.ts';

const outcome = async (app: Awaited<ReturnType<typeof startImports>>, key: string) => ({
  job: await app.untimed(key),
  report: await app.report(key.replace('.csv', '.errors.csv')),
});

const people = `Email,Size,Note\n${Array.from({ length: 150 }, (_, i) =>
  i % 19 === 4 ? `nobody ${i},x,\n` : `p${i % 60}@example.com,${i % 7},"a\nb ""${i % 3}"""\n`,
).join('')}`;
const placed = `Person//Email,Timestamp,$event_id,Note\n${Array.from({ length: 150 }, (_, i) =>
  i % 19 === 4
    ? `p@example.com,never,e${i},\n`
    : `p${i % 11}@example.com,2026-01-01,e${i - (i % 5 === 3 ? 110 : 0)},"${i % 5 === 3 ? i - 110 : i}\n"\n`,
).join('')}`;

test.each([
  ['profiles/people.csv', people, 1],
  ['events/Placed Order.csv', placed, 3],
])('%s gives the same in chunks as in one piece', async (key, file, lanes) => {
  const calm = await startImports();
  await calm.drop(key, file);
  const expected = await outcome(calm, key);

  const app = await startImports({ chunkBytes: 700, windowRows: 10, lanes });
  const job = await app.drop(key, file);

  expect(await outcome(app, key)).toEqual(expected);
  expect(job.attributes.chunk_count).toBeGreaterThan(4);
  expect(job.attributes.chunk_complete_count).toBe(job.attributes.chunk_count);
  const { data } = (await app.get(`/api/import-jobs/${job.id}/chunks`)).body;
  expect(data).toHaveLength(job.attributes.chunk_count);
  const totals = data.map(({ attributes }: { attributes: { total_count: number } }) => attributes.total_count);
  expect(totals.reduce((sum: number, count: number) => sum + count, 0)).toBe(150);
  if (lanes > 1) expect(app.lines.some((line) => line.includes('message failed'))).toBe(false);
});

test('the planner continues where its time ended', async () => {
  const app = await startImports({ chunkBytes: 300, lanes: 1 });
  await app.put('profiles/people.csv', people);
  await app.deliver(await app.notice('profiles/people.csv'));
  let calls = 0;
  // Time runs short after the first chunk: a run looks twice before it plans.
  await app.deliver((await app.receive())[0] ?? '', () => (calls++ < 2 ? 900_000 : 1_000));
  expect((await app.job('profiles/people.csv')).attributes).toMatchObject({
    status: 'processing',
    chunk_count: 1,
    total_count: 0,
  });

  await app.deliver((await app.receive())[0] ?? '', () => 900_000);
  const planned = (await app.job('profiles/people.csv')).attributes.chunk_count;
  await app.drain();

  const { attributes } = await app.job('profiles/people.csv');
  expect(attributes).toMatchObject({ status: 'complete', total_count: 150, chunk_count: planned });
  expect(planned).toBeGreaterThan(6);
});

test('a paused import applies no more rows, and continues from its checkpoints', async () => {
  const app = await startImports({ chunkBytes: 700, windowRows: 10, lanes: 2 });
  const key = 'events/Placed Order.csv';
  await app.put(key, placed);
  await app.deliver(await app.notice(key));
  await app.deliver((await app.receive())[0] ?? '');
  const [first = '', second = ''] = await app.receive();
  await app.deliver(first);
  const { id, attributes } = await app.job(key);
  expect(attributes).toMatchObject({ status: 'processing', progress: expect.any(Number), chunk_complete_count: 1 });
  const change = (status: string) =>
    app.patch(`/api/import-jobs/${id}`, { data: { type: 'import-job', id, attributes: { status } } });

  const paused = await change('paused');
  expect(paused.body.data.attributes).toMatchObject({ status: 'paused', total_count: attributes.total_count });
  await app.deliver(second);
  await app.drain();
  expect((await app.job(key)).attributes).toMatchObject({ status: 'paused', total_count: attributes.total_count });
  expect((await change('paused')).status).toBe(200);

  expect((await change('queued')).body.data.attributes.status).toBe('queued');
  await app.drain();
  expect((await app.job(key)).attributes).toMatchObject({ status: 'complete', total_count: 150 });
  expect((await change('paused')).status).toBe(409);
});

test('an unreadable chunk of events stops no other chunk, and is imported by a retry', async () => {
  const app = await startImports({ chunkBytes: 700, windowRows: 10, lanes: 3 });
  const key = 'events/Placed Order.csv';
  await app.put(key, placed);
  await app.deliver(await app.notice(key));
  await app.deliver((await app.receive())[0] ?? '');
  const isBad = (body: string) => JSON.parse(body).chunk === 1;
  const unreadable = {
    ...app.services,
    imports: () => ({ ...app.files, read: () => Promise.reject(new Error('away')) }),
  };
  for (let open = await app.receive(); open.length > 0; ) {
    const [body = '', ...rest] = open;
    const { batchItemFailures } = await app.deliver(body, undefined, (services) =>
      isBad(body) ? unreadable : services,
    );
    app.advance(1_000_000);
    open = [...rest, ...(batchItemFailures.length > 0 ? [body] : []), ...(await app.receive())];
  }

  const { id, attributes } = await app.job(key);
  expect(attributes.error).toMatch(/^1 of \d+ chunks stopped 4 times after row \d+\. Retry it\.$/);
  expect(attributes.chunk_complete_count).toBe(attributes.chunk_count - 1);
  const { data } = (await app.get(`/api/import-jobs/${id}/chunks?page[size]=2`)).body;
  expect(data.map((chunk: { attributes: { status: string } }) => chunk.attributes.status)).toEqual([
    'complete',
    'failed',
  ]);

  await app.patch(`/api/import-jobs/${id}`, { data: { type: 'import-job', id, attributes: { status: 'queued' } } });
  await app.drain();
  expect((await app.job(key)).attributes).toMatchObject({ status: 'complete', total_count: 150 });
});

test('a failed chunk of profiles ends the import, since later rows would come before its own', async () => {
  const app = await startImports({ chunkBytes: 700, windowRows: 10 });
  await app.put('profiles/people.csv', people);
  await app.deliver(await app.notice('profiles/people.csv'));
  await app.deliver((await app.receive())[0] ?? '');
  const [body = ''] = await app.receive();
  const unreadable = {
    ...app.services,
    imports: () => ({ ...app.files, read: () => Promise.reject(new Error('away')) }),
  };
  for (let i = 0; i < 5; i++) {
    await app.deliver(body, undefined, () => unreadable);
    app.advance(1_000_000);
  }
  const { attributes } = await app.job('profiles/people.csv');
  expect(attributes).toMatchObject({ status: 'failed', total_count: 0, chunk_complete_count: 0 });
});

test('chunks side by side give the result of an undisturbed run, though they are killed again and again', async () => {
  const key = 'events/Placed Order.csv';
  const calm = await startImports();
  await calm.drop(key, placed);
  const expected = await outcome(calm, key);

  const app = await startImports({ chunkBytes: 900, windowRows: 5, lanes: 3 });
  await app.put(key, placed);
  let turn = 0;
  for (let open = [await app.notice(key)]; open.length > 0; turn++) {
    const [body = '', ...rest] = open;
    const dies = 12 + ((turn * 17) % 41);
    let writes = 0;
    const { batchItemFailures } = await app.deliver(body, undefined, (services) => {
      const guard = async <T>(work: () => Promise<T>): Promise<T> => {
        writes += 1;
        if (writes === dies && turn % 2 === 0) throw new Error('killed');
        const done = await work();
        if (writes === dies) throw new Error('killed');
        return done;
      };
      const { table } = services;
      return {
        ...services,
        table: { ...table, write: (w) => guard(() => table.write(w)), transact: (w) => guard(() => table.transact(w)) },
      };
    });
    if (turn > 400) throw new Error('The queue does not empty.');
    app.advance(1_000_000);
    open = [...(batchItemFailures.length > 0 ? [...rest, body] : rest), ...(await app.receive())];
  }
  expect(await outcome(app, key)).toEqual(expected);
});
