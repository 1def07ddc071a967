import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test, vi } from 'vitest';
import { event } from '../../domains/events/event-bodies.ts';
import { admin } from '../../support/deployed/admin.ts';
import { call, profileOf, timelineOf } from '../../support/deployed/http.ts';
import { somebody } from '../../support/deployed/klaviyo.ts';
import { otherAccount } from '../../support/deployed/other-account.ts';

/** What a command prints after its progress. */
const lastAnswer = (printed: string) => JSON.parse(/^[[{]\n[\s\S]*/m.exec(printed)?.[0] ?? '');

test('moves an account of the deployment into another by commands, and exports what has arrived', {
  timeout: 240_000,
}, async () => {
  const { key, headers } = await otherAccount('Source');
  const email = somebody();
  const post = async (path: string, body: object) => {
    const answer = await call('POST', path, { body, headers });
    expect(answer.status).toBeLessThan(300);
    return answer.body?.data;
  };
  const list = await post('/api/lists', { data: { type: 'list', attributes: { name: `Moved ${email}` } } });
  const marketing = { consent: 'SUBSCRIBED', consented_at: '2025-01-01T10:00:00Z' };
  const profile = { type: 'profile', attributes: { email, subscriptions: { email: { marketing } } } };
  await post('/api/profile-subscription-bulk-create-jobs', {
    data: {
      type: 'profile-subscription-bulk-create-job',
      attributes: { historical_import: true, profiles: { data: [profile] } },
      relationships: { list: { data: { type: 'list', id: list.id } } },
    },
  });
  await post('/api/events', event({ person: { email }, time: '2026-02-01T10:00:00Z', value: 12.5 }));

  const move = ['migrate', 'klaviyo', '--key', key, '--from', inject('stack').apiUrl];
  // The index of the source lags a little.
  await vi.waitFor(
    async () =>
      expect(lastAnswer(await admin(...move, '--dry-run'))).toEqual(
        expect.arrayContaining([
          { unit: 'profiles', count: 1 },
          { unit: `list Moved ${email}`, count: 1 },
          { unit: 'events Placed Order', count: 1 },
        ]),
      ),
    { timeout: 60_000, interval: 2_000 },
  );
  expect(lastAnswer(await admin(...move))).toMatchObject({ compared: 2, differences: [], failedImports: [] });
  const moved = await profileOf(email);
  expect(moved.attributes.subscriptions.email.marketing).toMatchObject({
    consent: 'SUBSCRIBED',
    consent_timestamp: '2025-01-01T10:00:00.000+00:00',
  });
  expect(await timelineOf(moved.id)).toHaveLength(1);

  const out = join(mkdtempSync(join(tmpdir(), 'tributary-moving-')), 'people.csv');
  await admin('export', 'people', '--out', out);
  expect(readFileSync(out, 'utf8')).toContain(`${email},,,`);
});

test('exports by a call, with a link for fifteen minutes, and removes the files when the job is canceled', {
  timeout: 120_000,
}, async () => {
  const email = somebody();
  await call('POST', '/api/profiles', { body: { data: { type: 'profile', attributes: { email } } } });
  const exported = async (): Promise<string> => {
    const attributes = { kind: 'profiles', format: 'ndjson' };
    const { status, body } = await call('POST', '/api/export-jobs', {
      body: { data: { type: 'export-job', attributes } },
    });
    expect(status).toBe(202);
    const path = `/api/export-jobs/${body.data.id}`;
    const job = async () => (await call('GET', path)).body.data.attributes;
    await vi.waitFor(async () => expect((await job()).status).toBe('complete'), { timeout: 60_000, interval: 500 });
    const [{ download_url: url }] = (await job()).files;
    const text = await (await fetch(url)).text();
    const change = { data: { type: 'export-job', id: body.data.id, attributes: { status: 'cancelled' } } };
    expect((await call('PATCH', path, { body: change })).body.data.attributes).toMatchObject({ status: 'cancelled' });
    expect((await fetch(url)).status).toBe(404);
    return text;
  };
  // The index lags a little.
  await vi.waitFor(async () => expect(await exported()).toContain(email), { timeout: 90_000, interval: 1_000 });
});
