import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { allServices } from '../../../functions/services.ts';
import { listmonkSource } from '../../../lib/admin/migrate/files/listmonk.ts';
import { importAudience } from '../../../lib/admin/migrate/files/mailchimp.ts';
import { sendCalls } from '../../../lib/admin/migrate/files/segment.ts';
import { openApiClient } from '../../../lib/admin/migrate/transfer/api-client.ts';
import { importDestination } from '../../../lib/admin/migrate/transfer/destination.ts';
import { migrate } from '../../../lib/admin/migrate/transfer/run.ts';
import { openState } from '../../../lib/admin/migrate/transfer/state.ts';
import { startApp } from '../../support/app.ts';
import { startImports } from '../imports/start-imports.ts';
import { serve, serveShop } from './served.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-files-'));
const fileOf = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const start = async () => {
  const shop = await startImports();
  shop.at('2026-06-01T00:00:00Z');
  const server = await serveShop(shop);
  const marketingOf = async (email: string) => {
    const { attributes } = await shop.profile(email);
    const { consent, consent_timestamp, suppression, list_suppressions } = attributes.subscriptions.email.marketing;
    return { consent, at: consent_timestamp, suppression, lists: list_suppressions };
  };
  return { ...shop, api: openApiClient(server), marketingOf, close: server.close };
};

test("Mailchimp's files are imported by their state, and subscribed contacts join the list", async () => {
  const app = await start();
  const fixture = (name: string) => join(import.meta.dirname, '../imports/fixtures', name);
  const files = [
    'subscribed_members_export_abc123.csv',
    'unsubscribed_members_export_abc123.csv',
    'cleaned_email_audience_export_abc123.csv',
  ];
  const done = await importAudience(files.map(fixture), { api: app.api, list: 'Audience' });
  expect(done.map(({ stored, failed }) => [stored, failed])).toEqual([
    [1, 0],
    [1, 0],
    [2, 0],
  ]);
  expect(await app.marketingOf('emmy@example.com')).toMatchObject({
    consent: 'SUBSCRIBED',
    at: '2025-03-01T09:31:12.000+00:00',
  });
  expect(await app.marketingOf('lise@example.com')).toMatchObject({
    consent: 'UNSUBSCRIBED',
    at: '2025-06-01T08:00:00.000+00:00',
  });
  expect(await app.marketingOf('otto@example.com')).toMatchObject({
    consent: 'NEVER_SUBSCRIBED',
    suppression: [{ reason: 'HARD_BOUNCE', timestamp: '2025-07-01T08:00:00.000+00:00' }],
  });
  const [list] = (await app.get('/api/lists')).body.data;
  expect((await app.get(`/api/lists/${list.id}/profiles`)).body.data).toHaveLength(2);
  await expect(importAudience([fileOf('audience.csv', 'x')], { api: app.api })).rejects.toThrow('must begin with');
  app.close();
});

const move = (app: Awaited<ReturnType<typeof start>>, files: readonly string[]) =>
  migrate(openState(join(folder, crypto.randomUUID()), 'listmonk', 'here'), {
    source: listmonkSource(files),
    destination: importDestination(app.api),
    save: () => undefined,
    onProgress: () => undefined,
  });

test("listmonk's CSV tells profiles and who is blocked, and claims no consent", async () => {
  const app = await start();
  const file = fileOf(
    'subscribers.csv',
    [
      'uuid,email,name,attributes,status,created_at,updated_at',
      'u-1,ada@example.com,Ada Lovelace,"{""city"":""London"",""n"":3}",enabled,2024-02-10 23:07:16.199433 +0100 CET,2024-02-10 23:07:16.199433 +0100 CET',
      'u-2,bob@example.com,Bob,{},blocklisted,2024-02-10 23:07:16 +0000 UTC,2024-03-01 10:00:00.5 +0000 UTC',
    ].join('\n'),
  );
  const { units } = await move(app, [file]);
  expect(units[file]).toMatchObject({ read: 2, stored: 2, failed: 0 });
  expect((await app.profile('ada@example.com')).attributes.properties).toEqual({
    city: 'London',
    n: 3,
    Name: 'Ada Lovelace',
  });
  expect(await app.marketingOf('ada@example.com')).toMatchObject({ consent: 'NEVER_SUBSCRIBED', suppression: [] });
  expect(await app.marketingOf('bob@example.com')).toMatchObject({
    suppression: [{ reason: 'USER_SUPPRESSED', timestamp: '2024-03-01T10:00:00.500+00:00' }],
  });
  const other = fileOf('other.csv', 'email,name\nada@example.com,Ada\n');
  await expect(move(app, [other])).rejects.toThrow('it has no attributes, status, updated_at');
  app.close();
});

test("listmonk's JSON also tells confirmed opt-ins, members and opt-outs of lists", async () => {
  const app = await start();
  const list = (id: number, subscription_status: string) => ({
    id,
    name: `List ${id}`,
    subscription_status,
    subscription_created_at: '2024-01-01T10:00:00Z',
    subscription_updated_at: '2024-01-02T10:00:00Z',
  });
  const subscriber = (email: string, lists: readonly object[]) => ({
    email,
    name: '',
    attribs: {},
    status: 'enabled',
    updated_at: '2024-05-01T10:00:00+02:00',
    lists,
  });
  const results = [
    subscriber('ada@example.com', [list(1, 'confirmed'), list(2, 'unsubscribed')]),
    subscriber('bob@example.com', [list(1, 'unconfirmed')]),
  ];
  await move(app, [fileOf('subscribers.json', JSON.stringify({ data: { results, total: 2 } }))]);
  expect(await app.marketingOf('ada@example.com')).toMatchObject({
    consent: 'SUBSCRIBED',
    at: '2024-01-02T10:00:00.000+00:00',
    lists: [{ list_id: 'listmonk-2', timestamp: '2024-01-02T10:00:00.000+00:00' }],
  });
  expect((await app.marketingOf('bob@example.com')).consent).toBe('NEVER_SUBSCRIBED');
  const members = (await app.get('/api/lists/listmonk-1/profiles')).body.data;
  expect(members.map(({ attributes }: { attributes: { email: string } }) => attributes.email).toSorted()).toEqual([
    'ada@example.com',
    'bob@example.com',
  ]);
  app.close();
});

test("Segment's raw calls are sent with their own times, and a file that is sent again changes nothing", async () => {
  const routes = Object.assign({}, ...allServices.map((service) => service.routes));
  const app = await startApp({ name: 'all', routes, triggers: [], uses: ['table'] });
  const server = await serve(app);
  const api = openApiClient({ ...server, protocol: 'segment' });
  const times = {
    timestamp: '2025-05-01T10:00:00.000Z',
    originalTimestamp: '2025-05-01T09:00:00.000Z',
    sentAt: '2025-05-01T09:00:05.000Z',
    receivedAt: '2025-05-01T10:00:05.000Z',
  };
  const calls = [
    { type: 'identify', messageId: 'm-1', userId: 'u-1', traits: { email: 'ada@example.com' }, ...times },
    { type: 'track', messageId: 'm-2', userId: 'u-1', event: 'Order Completed', properties: { total: 5 }, ...times },
    { type: 'track', messageId: 'm-3', userId: 'u-1', ...times },
  ];
  const text = [...calls.map((call) => JSON.stringify(call)), 'no JSON', ''].join('\n');
  const file = fileOf('calls.ndjson.gz', gzipSync(text));
  const lines: number[] = [];
  expect(await sendCalls(file, { api, onBatch: (line) => lines.push(line) })).toMatchObject({
    accepted: 2,
    rejected: 1,
    unreadable: 1,
    reasons: [expect.stringContaining('event')],
  });
  expect(lines).toEqual([4]);
  expect(await sendCalls(file, { api })).toMatchObject({ duplicates: 1, rejected: 1 });
  expect(await sendCalls(file, { api, skip: 4 })).toMatchObject({ accepted: 0, rejected: 0 });
  const events = (await app.get('/api/events')).body.data;
  expect(events.map(({ attributes }: { attributes: { datetime: string } }) => attributes.datetime)).toEqual([
    '2025-05-01T10:00:00.000+00:00',
  ]);
  server.close();
});
