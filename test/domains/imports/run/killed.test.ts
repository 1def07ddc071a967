import { expect, test } from 'vitest';
import { findFaults } from '../../../../functions/domains/consent/records/chain.ts';
import { chainHeads, ledger, ledgerPk } from '../../../../functions/domains/consent/records/store.ts';
import { isMember } from '../../../../functions/domains/lists/actions.ts';
import type { Files } from '../../../../functions/platform/storage/files.ts';
import type { Table } from '../../../../functions/platform/table/table.ts';
import { sized } from '../../../support/size.ts';
import { startImports } from '../start-imports.ts';

/** Rows about few people, so that they meet: new people, changes, repetitions, conflicts and nonsense. */
const profileRows = (count: number): string =>
  Array.from({ length: count }, (_, i) => {
    const person = (i * 7) % 41;
    if (i % 23 === 5) return `broken ${i},,,,\n`;
    if (i % 29 === 7) return `p${person}@example.com,x\n`;
    if (i % 31 === 9) return `p${person}@example.com,+4930123${1000 + ((person + 1) % 41)},,,\n`;
    const consent = i % 3 === 0 ? 'Subscribed' : i % 7 === 0 ? 'Unsubscribed' : '';
    return `p${person}@example.com,+4930123${1000 + person},${i % 5},${consent},a form\n`;
  }).join('');

const profilesFile = `Email,Phone,Size,Email Marketing Consent,Consent Basis\n${profileRows(230)}`;

const order = (i: number): string => {
  const first = `#${i},p${i % 9}@example.com,2026-01-${String((i % 28) + 1).padStart(2, '0')} 10:00:00 +0200,12.50,2,Shirt ${i},${i}00\n`;
  const more = Array.from({ length: i % 4 }, (_, line) => `#${i},,,,1,"Item\n${line}",\n`).join('');
  return i % 13 === 4 ? `#${i},,,1,1,Nobody's,\n` : i % 17 === 5 ? `${first}${first}` : first + more;
};
const ordersFile = `Name,Email,Created at,Total,Lineitem quantity,Lineitem name,Id\n${Array.from({ length: 90 }, (_, i) => order(i)).join('')}`;

/** New people, some of them twice, who all join a list with consents that go in batches. */
const consentRow = (i: number): string =>
  `p${100 + (i % 45)}@example.com,${i % 9 === 4 ? 'Unsubscribed' : 'Subscribed'},2025-01-${String((i % 28) + 1).padStart(2, '0')}\n`;
const consentsFile = `Email,Email Marketing Consent,Email Marketing Consent Timestamp\n${Array.from({ length: 75 }, (_, i) => consentRow(i)).join('')}`;

/** Half of them are known, and only their list is new: each row has to give that outcome again. */
const membersFile = `Email\n${Array.from({ length: 150 }, (_, i) => `p${i % 60}@example.com\n`).join('')}`;
const knownFile = `Email\n${Array.from({ length: 30 }, (_, i) => `p${i}@example.com\n`).join('')}`;

/** Items and variants, half of them known: new ones, changes, repetitions and nonsense. */
const productRows = (count: number, price: (i: number) => number): string =>
  Array.from({ length: count }, (_, i) =>
    i % 17 === 4
      ? `p${i},,,,,wrong,,\n`
      : `p${i},${i % 3 === 0 ? `g${i % 5}` : ''},T${i % 4},D,https://shop.example/${i},${price(i)}.50,${i % 6},\n`,
  ).join('');
const productsHeader = 'id,item_group_id,title,description,link,price,quantity,color\n';
const productsFile = `${productsHeader}${productRows(120, (i) => i)}`;
/** The file is whole, and does not name the last of these. */
const knownProducts = `${productsHeader}${productRows(60, (i) => i + (i % 2))}${productRows(150, (i) => i)
  .split('\n')
  .slice(125)
  .join('\n')}`;

const files = [
  ['profiles/people.csv', profilesFile],
  ['profiles/members.csv', membersFile],
  ['profiles/consents.csv', consentsFile],
  ['profiles/again.csv', profilesFile],
  ['events/orders.csv', ordersFile],
  ['catalog/products.csv', productsFile],
] as const;

const prepare = async (app: Awaited<ReturnType<typeof startImports>>, key: string): Promise<void> => {
  if (key === 'profiles/again.csv') await app.drop('profiles/first.csv', profilesFile);
  await app.put('profiles/members.mapping.json', '{"list":"club"}');
  await app.put('profiles/consents.mapping.json', '{"list":"club"}');
  if (key.startsWith('catalog/')) {
    await app.drop('catalog/known.csv', knownProducts);
    await app.put('catalog/products.mapping.json', '{"whole":true}');
    app.advance(1_000);
  }
  if (!key.startsWith('catalog/')) await app.drop('profiles/known.csv', knownFile);
};

const outcome = async (app: Awaited<ReturnType<typeof startImports>>, key: string) => {
  const { attributes } = await app.job(key);
  const { created_at: _, started_at: __, completed_at: ___, ...job } = attributes;
  const report = await app.report(key.replace('.csv', '.errors.csv'));
  return { job, report, ...(key === 'profiles/consents.csv' && { consents: await consentsOf(app) }) };
};

/** The consent of each person, with its history, and whether they are on the list. */
const consentsOf = async (app: Awaited<ReturnType<typeof startImports>>) => {
  const { table, account } = app.context();
  const people = await app.get('/api/profiles?page[size]=100');
  const emails: { readonly id: string; readonly attributes: { readonly email: string } }[] = people.body.data;
  const histories = await Promise.all(
    emails.map(async ({ id, attributes }) => {
      const items = await table.query({ pk: ledgerPk(account, id), limit: 100 });
      const [head] = await table.getMany(chainHeads, [{ ledger: ledgerPk(account, id) }]);
      const entries = items.map((item) => ledger.fromItem(item));
      return {
        email: attributes.email,
        entries: entries.map(({ from, to, at }) => ({ from, to, at })),
        faults: findFaults(items, head),
        isMember: await isMember({ listId: 'club', profileId: id }, { table, account }),
      };
    }),
  );
  return histories.toSorted((a, b) => (a.email < b.email ? -1 : 1));
};

/** A table that fails once, before or after its nth write, as if the function were killed. */
const killing = (table: Table, at: number, isAfter: boolean): Table => {
  let writes = 0;
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    writes += 1;
    const dies = writes === at;
    if (dies && !isAfter) throw new Error('killed');
    const done = await work();
    if (dies) throw new Error('killed');
    return done;
  };
  return {
    ...table,
    write: (write) => guard(() => table.write(write)),
    transact: (writes_) => guard(() => table.transact(writes_)),
    createMany: (of, values) => guard(() => table.createMany(of, values)),
    updateMany: (writes_) => guard(() => table.updateMany(writes_)),
  };
};

const unreadable = (files: Files): Files => ({
  ...files,
  read: () => Promise.reject(new Error('The bucket is away.')),
});

test.each(files)(
  '%s gives the result of an undisturbed run, though it is handed over at every checkpoint',
  async (key, file) => {
    const calm = await startImports();
    await prepare(calm, key);
    await calm.drop(key, file);
    const expected = await outcome(calm, key);
    expect(expected.job).toMatchObject({ status: 'complete' });
    if (key === 'profiles/members.csv')
      expect(expected.job).toMatchObject({ created_count: 30, updated_count: 30, unchanged_count: 90 });
    if (key === 'profiles/again.csv') expect(expected.job).toMatchObject({ created_count: 0, updated_count: 0 });
    if (key === 'profiles/consents.csv')
      expect(expected.consents?.some(({ entries }) => entries.length > 1)).toBe(true);
    else if (key !== 'profiles/members.csv') expect(expected.report).toBeDefined();

    const hurried = await startImports({ windowRows: 20 });
    await prepare(hurried, key);
    await hurried.put(key, file);
    await hurried.deliver(await hurried.notice(key));
    const runs = await hurried.drain(() => 1_000);

    expect(runs).toBeGreaterThan(3);
    expect(await outcome(hurried, key)).toEqual(expected);
  },
);

test.each(files)('%s gives the result of an undisturbed run, though it is killed at any write', async (key, file) => {
  const calm = await startImports();
  await prepare(calm, key);
  await calm.drop(key, file);
  const expected = await outcome(calm, key);

  let kills = 0;
  for (const step of sized({ full: [3, 17, 58], reduced: [3] })) {
    const app = await startImports({ windowRows: 10 });
    await prepare(app, key);
    await app.put(key, file);
    let turn = 0;
    let open = [await app.notice(key)];
    for (let runs = 0; open.length > 0 && runs < 300; runs++) {
      const [body = '', ...rest] = open;
      turn += 1;
      // Far enough to process a window now and then: four starts in a row that process none end the job.
      const { batchItemFailures } = await app.deliver(
        body,
        () => 900_000,
        (services) => ({
          ...services,
          table: killing(services.table, 9 + ((turn * step) % 31), turn % 2 === 0),
        }),
      );
      kills += batchItemFailures.length;
      open = [...(batchItemFailures.length > 0 ? [...rest, body] : rest), ...(await app.receive())];
      app.advance(1_000_000);
    }
    expect(await outcome(app, key)).toEqual(expected);
  }
  expect(kills).toBeGreaterThan(2);
});

test('two files are imported at once, and two functions never work on one', async () => {
  const app = await startImports({ windowRows: 20 });
  await app.put('profiles/a.csv', profilesFile);
  await app.put('profiles/b.csv', 'Email,Size\nz@example.com,1\n');
  for (const key of ['profiles/a.csv', 'profiles/b.csv']) await app.deliver(await app.notice(key));
  const messages = await app.receive();

  await Promise.all([...messages, ...messages, ...messages].map((body) => app.deliver(body)));

  const a = (await app.job('profiles/a.csv')).attributes;
  expect(a).toMatchObject({ status: 'complete', total_count: 230 });
  expect((await app.job('profiles/b.csv')).attributes).toMatchObject({ status: 'complete', created_count: 1 });
});

test('a job is cancelled, continues where it was, and names the reason when it fails', async () => {
  const app = await startImports({ windowRows: 20 });
  await app.put('profiles/a.csv', `Email\n${Array.from({ length: 230 }, (_, n) => `p${n}@example.com\n`).join('')}`);
  await app.deliver(await app.notice('profiles/a.csv'));
  const [body = ''] = await app.receive();
  await app.deliver(body, () => 1_000);
  const { id } = await app.job('profiles/a.csv');
  const change = (status: string) =>
    app.patch(`/api/import-jobs/${id}`, { data: { type: 'import-job', id, attributes: { status } } });

  expect((await change('cancelled')).body.data.attributes).toMatchObject({ status: 'cancelled', total_count: 20 });
  expect(await app.drain()).toBe(1);
  expect((await app.get('/api/import-jobs?filter=equals(status,"cancelled")')).body.data).toHaveLength(1);
  expect((await app.get('/api/import-jobs?filter=any(status,["queued","complete"])')).body.data).toHaveLength(0);

  expect((await change('queued')).body.data.attributes.status).toBe('queued');
  const [again = ''] = await app.receive();
  for (let i = 0; i < 5; i++) {
    await app.deliver(again, undefined, (services) => ({ ...services, imports: () => unreadable(services.imports()) }));
    app.advance(1_000_000);
  }
  expect((await app.job('profiles/a.csv')).attributes).toMatchObject({
    status: 'failed',
    total_count: 20,
    error: expect.stringMatching(/stopped 4 times after row 21/),
  });

  await change('queued');
  await app.drain();
  expect((await app.job('profiles/a.csv')).attributes).toMatchObject({ status: 'complete', total_count: 230 });
  expect((await change('queued')).status).toBe(409);
  expect((await change('cancelled')).status).toBe(409);
});
