import { expect, test } from 'vitest';
import type { Services } from '../../../../functions/platform/resources/services.ts';
import type { Files } from '../../../../functions/platform/storage/files.ts';
import type { Table } from '../../../../functions/platform/table/table.ts';
import { sized } from '../../../support/size.ts';
import { startImports } from '../start-imports.ts';

const people = `Email,Phone,Size\n${Array.from({ length: 150 }, (_, i) =>
  i % 19 === 4 ? `nobody ${i},,x\n` : `p${(i * 7) % 41}@example.com,+4930123${1000 + ((i * 7) % 43)},${i % 5}\n`,
).join('')}`;
const orders = `Person//Email,Timestamp,$event_id,Note\n${Array.from({ length: 150 }, (_, i) =>
  i % 19 === 4 ? `p@example.com,never,e${i},\n` : `p${i % 11}@example.com,2025-12-01,e${i % 90},${i % 3}\n`,
).join('')}`;

type App = Awaited<ReturnType<typeof startImports>>;

const outcome = async (app: App, key: string) => {
  const { id } = await app.job(key);
  const { body } = await app.get(`/api/import-jobs/${id}/changes?page[size]=100`);
  const changes = body.data.map((change: { attributes: unknown }) => change.attributes);
  return {
    job: await app.untimed(key),
    changes,
    report: await app.report(key.replace('.csv', '.errors.csv')),
    left: await app.files.list('work/'),
  };
};

/** Dies at the nth write of a function, to the table or to the bucket. */
const killing = (services: Services, at: number): Services => {
  let writes = 0;
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    writes += 1;
    if (writes !== at) return work();
    if (at % 2 === 0) await work();
    throw new Error('killed');
  };
  const { table } = services;
  const files = services.imports();
  const dying: Table = {
    ...table,
    write: (write) => guard(() => table.write(write)),
    transact: (writes_) => guard(() => table.transact(writes_)),
  };
  const losing: Files = {
    ...files,
    write: (...args) => guard(() => files.write(...args)),
    remove: (key) => guard(() => files.remove(key)),
  };
  return { ...services, table: dying, imports: () => losing };
};

const paces = [
  { step: 5, layerBytes: 2_000 },
  { step: 11, layerBytes: 1_000_000 },
];

test.each([
  ['dry-run/profiles/people.csv', people],
  ['dry-run/events/Placed Order.csv', orders],
])('%s gives the result of an undisturbed run, though it is killed at any write', async (key, file) => {
  const calm = await startImports();
  await calm.drop(key, file);
  const expected = await outcome(calm, key);
  expect(expected.job).toMatchObject({ status: 'complete' });
  expect(expected.changes.length).toBeGreaterThan(50);

  for (const { step, layerBytes } of sized({ full: paces, reduced: paces.slice(0, 1) })) {
    const app = await startImports({ windowRows: 10, chunkBytes: 1_500, layerBytes });
    await app.put(key, file);
    let open = [await app.notice(key)];
    let killed = 0;
    for (let runs = 1; open.length > 0 && runs < 300; runs++) {
      const [body = '', ...rest] = open;
      const { batchItemFailures } = await app.deliver(
        body,
        () => 900_000,
        (services) => killing(services, 7 + ((runs * step) % 23)),
      );
      killed += batchItemFailures.length;
      open = [...(batchItemFailures.length > 0 ? [...rest, body] : rest), ...(await app.receive())];
      app.advance(1_000_000);
    }
    expect(killed).toBeGreaterThan(3);
    expect(await outcome(app, key)).toEqual(expected);
  }
});

test('a dry run is paused, continues where it was, and cannot be cancelled once complete', async () => {
  const app = await startImports({ windowRows: 20 });
  const key = 'dry-run/profiles/people.csv';
  await app.put(key, people);
  await app.deliver(await app.notice(key));
  const [body = ''] = await app.receive();
  await app.deliver(body, () => 1_000);
  const { id } = await app.job(key);
  const change = (status: string) =>
    app.patch(`/api/import-jobs/${id}`, { data: { type: 'import-job', id, attributes: { status } } });

  expect((await change('paused')).body.data.attributes).toMatchObject({ status: 'paused', total_count: 20 });
  await app.drain();
  expect((await app.job(key)).attributes.total_count).toBe(20);
  await change('queued');
  await app.drain();

  const calm = await startImports();
  await calm.drop(key, people);
  expect(await outcome(app, key)).toEqual(await outcome(calm, key));
  expect((await change('cancelled')).status).toBe(409);
});
