import { expect, test } from 'vitest';
import { createAccount } from '../../../../functions/domains/accounts/actions.ts';
import { createKey } from '../../../../functions/domains/accounts/keys/actions.ts';
import { readArchivedEvents } from '../../../../functions/domains/archive/person-events.ts';
import { archiveEvents } from '../../../../functions/domains/archive/write.ts';
import { eventIdOf } from '../../../../functions/domains/events/records/event-id.ts';
import { parseEvent } from '../../../../functions/domains/events/records/read-events.ts';
import { profilePk } from '../../../../functions/model/partition.ts';
import { type Faulty, startFaulty } from '../../../faults/harness.ts';
import { eventOf, profileOf, subscribing } from '../people.ts';
import { ask, asking, download, JOBS, jobOf, readAccessFile } from './access-file.ts';
import { jsonIn, linesIn } from './unzip.ts';

const idOf = async (app: Faulty, email: string): Promise<string> =>
  (await app.get(`/api/profiles?filter=equals(email,"${email}")`)).body.data[0].id;

const storedEvents = async (app: Faulty, id: string) => {
  const items = await app.table.query({ pk: profilePk(app.account, id), prefix: 'EVENT#', limit: 100 });
  return items.map((item) => ({ item, event: parseEvent(item) }));
};

/** Ada has two merged profiles; Eve is another person. */
const startShop = async (app: Faulty) => {
  for (const name of ['ada', 'lovelace', 'eve']) {
    const email = `${name}@example.com`;
    const properties = { said: `=HYPERLINK("https://evil.example")`, note: '<script>alert(1)</script>' };
    await app.post('/api/profiles', profileOf({ email, external_id: `${name}-7`, first_name: name, properties }));
    for (const unique_id of ['order-1', 'order-2']) {
      const time = `2025-12-0${unique_id.at(-1)}T10:00:00Z`;
      await app.post('/api/events', eventOf({ email, anonymous_id: `${name}-browser` }, { unique_id, time }));
    }
    await app.post('/api/profile-subscription-bulk-create-jobs', subscribing(email, 'news'));
  }
  const [ada, lovelace] = [await idOf(app, 'ada@example.com'), await idOf(app, 'lovelace@example.com')];
  const relationships = { profiles: { data: [{ type: 'profile', id: lovelace }] } };
  await app.post('/api/profile-merge', { data: { type: 'profile-merge', id: ada, relationships } });
  return { ada, lovelace };
};

test('hands a person all of their data, and none of others', async () => {
  const app = await startFaulty({});
  const { ada, lovelace } = await startShop(app);
  const files = await readAccessFile(app, { email: 'ADA@example.com' });

  expect(JSON.stringify(files)).not.toMatch(/eve[@-]/);
  const [first, merged] = jsonIn(files, 'profile.json');
  expect(first).toMatchObject({ id: ada, email: 'ada@example.com', first_name: 'ada', external_id: 'ada-7' });
  expect(merged).toMatchObject({ id: lovelace, email: 'lovelace@example.com', merged_into: ada });
  expect(jsonIn(files, 'identifiers.json')).toEqual(
    expect.arrayContaining([
      { kind: 'email', value: 'ada@example.com', status: 'current' },
      { kind: 'email', value: 'lovelace@example.com', status: 'current' },
      { kind: 'anonymous_id', value: 'lovelace-browser', status: 'current' },
    ]),
  );
  expect(
    linesIn(files, 'events.jsonl').map(({ profile_id, metric, unique_id }) => [profile_id, metric, unique_id]),
  ).toEqual([
    [ada, 'Placed Order', 'order-1'],
    [ada, 'Placed Order', 'order-2'],
    [lovelace, 'Placed Order', 'order-1'],
    [lovelace, 'Placed Order', 'order-2'],
  ]);
  expect(jsonIn(files, 'consent.json')).toMatchObject([
    { profile_id: ada, channel: 'email', status: 'SUBSCRIBED' },
    { profile_id: lovelace, channel: 'email', status: 'SUBSCRIBED' },
  ]);
  expect(jsonIn(files, 'lists.json')).toMatchObject([{ name: 'news' }, { name: 'news' }]);
  expect(jsonIn(files, 'merges.json')).toMatchObject([{ destination_id: ada, source_id: lovelace, cause: 'request' }]);
  const { ledgers } = jsonIn(files, 'consent-ledger.json');
  expect(ledgers.flatMap(({ items }: { items: unknown[] }) => items)).toHaveLength(2);
  expect(ledgers.flatMap(({ faults }: { faults: unknown[] }) => faults)).toEqual([]);
  expect(files['consent-ledger.html']).toContain('NEVER_SUBSCRIBED to SUBSCRIBED');
  // Each type of stored data has its own section.
  expect(Object.keys(files)).not.toContain('other.json');
});

test('includes the signals of a browser, and their effect on consent', async () => {
  const app = await startFaulty({});
  await app.post('/api/events', eventOf({ email: 'ada@example.com' }, { signals: { gpc: true } }));
  const files = await readAccessFile(app, { email: 'ada@example.com' });
  expect(linesIn(files, 'events.jsonl')).toMatchObject([{ signals: { gpc: true } }]);
  expect(jsonIn(files, 'consent.json')).toMatchObject([{ channel: 'sharing', status: 'UNSUBSCRIBED' }]);
});

test('writes files that execute neither in a browser nor in a spreadsheet, and describe their content', async () => {
  const app = await startFaulty({});
  await startShop(app);
  const files = await readAccessFile(app, { external_id: 'ada-7' });
  const { 'index.html': page = '', 'README.txt': readme = '', 'profile.csv': csv = '' } = files;
  expect(page).not.toMatch(/<script/);
  expect(page).toContain('&lt;script&gt;alert(1)');
  for (const name of Object.keys(files)) if (name !== 'README.txt') expect(page + name).toContain(name);
  for (const name of Object.keys(files)) if (!/README|index/.test(name)) expect(readme).toContain(name);
  expect(csv.split('\r\n')[0]).toBe(
    'id,email,phone_number,external_id,first_name,last_name,organization,title,locale,image,location,properties,created,updated,merged_into',
  );
  expect(files['events.csv']?.split('\r\n')).toHaveLength(6);
  for (const [name, text] of Object.entries(files)) {
    if (name.endsWith('.csv')) expect(text).not.toMatch(/^\uFEFF?[=+@-]|,[=+@]/m);
  }
});

test('takes events that have left the table from the archive, each once', async () => {
  const app = await startFaulty({});
  const { ada } = await startShop(app);
  const all = await storedEvents(app, ada);
  const events = all.map(({ event }) => event);
  const eves = (await storedEvents(app, await idOf(app, 'eve@example.com'))).map(({ event }) => event);
  // In two accounts, as batches that are cut differently.
  await archiveEvents([...events, ...eves], app.services);
  await archiveEvents(events.slice(0, 1), app.services);
  const [gone] = all;
  const { pk, sk } = gone?.item ?? {};
  await app.table.write({ kind: 'remove', key: { pk: String(pk), sk: String(sk) }, parameters: {} });

  const files = await readAccessFile(app, {}, ada);
  expect(linesIn(files, 'archived-events.jsonl').map(({ id }) => id)).toEqual([gone && eventIdOf(gone.event)]);
  expect(linesIn(files, 'events.jsonl')).toHaveLength(3);
});

test('tells an unknown person that nothing is stored', async () => {
  const app = await startFaulty({});
  const files = await readAccessFile(app, { email: 'nobody@example.com' });
  expect(files['README.txt']).toContain('We store no personal data about you.');
  expect(Object.keys(files)).toEqual(['README.txt', 'index.html']);
});

test('expires a link, records its use and binds it to one account; removes the file after a week', async () => {
  const app = await startFaulty({});
  await startShop(app);
  const id = await ask(app, { email: 'ada@example.com' });
  expect(await jobOf(app, id)).toMatchObject({ status: 'queued', requested_by: app.keyId, download_url: null });
  await app.workOff();
  const first = await app.get(`${JOBS}/${id}`);
  expect(first.headers['cache-control']).toBe('no-store');
  const { download_url, ...told } = first.body.data.attributes;
  expect(told).toMatchObject({
    status: 'complete',
    download_url_expires_at: '2026-01-01T00:15:00.000Z',
    file_expires_at: '2026-01-08T00:00:00.000Z',
    links_given: 1,
    last_link_to: app.keyId,
    records: { profile: 2, events: 4, lists: 2 },
  });
  expect(new URL(download_url).searchParams.get('X-Amz-Expires')).toBe('900');
  expect(told.bytes).toBe((await download(download_url)).length);
  expect(app.lines.join()).not.toMatch(/X-Amz|ada@/);
  const list = await app.get(JOBS);
  expect(list.body.data).toMatchObject([{ id, attributes: { status: 'complete', download_url: null } }]);

  const other = await createAccount({ name: 'Another shop' }, app.services);
  const { key } = await createKey({ account: other.id, name: 'k', scopes: ['*'] }, app.services);
  const stranger = { authorization: `Klaviyo-API-Key ${key}` };
  expect((await app.get(`${JOBS}/${id}`, stranger)).status).toBe(404);
  expect((await app.get(JOBS, stranger)).body.data).toEqual([]);

  app.at('2026-01-08T00:00:00Z');
  expect(await jobOf(app, id)).toMatchObject({ status: 'complete', download_url: null, links_given: 1 });
});

test('removes intermediate files once the access file is complete', async () => {
  const app = await startFaulty({});
  await startShop(app);
  const id = await ask(app, { email: 'ada@example.com' });
  await app.workOff();
  expect(await app.services.imports().list(`privacy/${app.account}/`)).toEqual([
    `privacy/${app.account}/${id}/data.zip`,
  ]);
});

test.each([
  ['none', {}, undefined, /exactly one of email/],
  ['two', { email: 'ada@example.com', external_id: 'a' }, undefined, /not by email and external_id/],
])('refuses a request that names %s', async (_, attributes, id, detail) => {
  const app = await startFaulty({});
  const { status, body } = await app.post(JOBS, asking(attributes, id));
  expect(status).toBe(400);
  expect(body.errors[0].detail).toMatch(detail);
});

test('continues reading the archive from its checkpoint, and includes each event once', async () => {
  const app = await startFaulty({});
  const { ada, lovelace } = await startShop(app);
  const all = [...(await storedEvents(app, ada)), ...(await storedEvents(app, lovelace))];
  const events = all.map(({ event }) => event);
  // Each event is in two objects of one day.
  for (const cut of [
    events.slice(0, 2),
    events.slice(1, 3),
    events.slice(2),
    [...events.slice(0, 1), ...events.slice(3)],
  ])
    await archiveEvents(cut, app.services);
  for (const { item } of all)
    await app.table.write({ kind: 'remove', key: { pk: String(item.pk), sk: String(item.sk) }, parameters: {} });
  const asked = { profileIds: new Set([ada, lovelace]), from: undefined };
  const read = async (behind?: string) => {
    const pages: { readonly ids: readonly string[]; readonly last: string }[] = [];
    for await (const { events: found, last } of readArchivedEvents({ ...asked, behind }, app.context()))
      pages.push({ ids: found.map(({ id }) => id), last });
    return pages;
  };
  const pages = await read();
  expect(pages.flatMap(({ ids }) => ids).toSorted()).toEqual(events.map(eventIdOf).toSorted());
  for (const [i, { last }] of pages.entries()) expect(await read(last)).toEqual(pages.slice(i + 1));
});
