import fc from 'fast-check';
import { expect, test } from 'vitest';
import { archiveMissing } from '../../../functions/domains/archive/archive-missing.ts';
import { planErasure } from '../../../functions/domains/archive/erase.ts';
import { accountPrefix } from '../../../functions/domains/archive/keys.ts';
import { readObject } from '../../../functions/domains/archive/read.ts';
import { parseEventId } from '../../../functions/domains/events/records/event-id.ts';
import { unpackMessage } from '../../../functions/platform/changes/message.ts';
import { archive as archiveDomain } from '../../../functions/services/archive.ts';
import { bulk, event, eventHeader, group } from '../events/event-bodies.ts';
import { startArchive } from './stream.ts';

/** As the queue is deployed: test/lib/constructs/change-templates.test.ts. */
const maxReceives = 240;

type Archive = Awaited<ReturnType<typeof startArchive>>;

const sent = async (archive: Archive, attributes: Parameters<typeof event>[0] = {}): Promise<string> => {
  const answer = await archive.post('/api/events', event(attributes));
  expect(answer.status).toBe(202);
  return eventHeader(answer).id ?? '';
};
const personOf = (id: string): string => parseEventId(id)?.profileId ?? '';
const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id).toSorted();

test('archives an event as stored, with the name of its metric', async () => {
  const archive = await startArchive();
  await archive.makeBucket();
  archive.at('2026-02-03T23:59:59.999Z');
  const properties = { items: [{ sku: 'Ü-1', price: 1.5 }], note: 'two\nlines', empty: null };
  const signals = { gpc: true, tc_string: null, google_consent_mode: { ad_storage: 'denied' } };
  const given = {
    time: '2026-01-31T10:00:00+02:00',
    properties,
    value: 19.9,
    value_currency: 'EUR',
    unique_id: '#1',
    signals,
  };
  const id = await sent(archive, given);

  expect(await archive.deliver(await archive.recordsOf(personOf(id)))).toBe(0);

  const [only, another] = await archive.archived();
  expect(another).toBeUndefined();
  expect(JSON.parse(only?.properties ?? '')).toEqual(properties);
  const { body } = await archive.get(`/api/events/${id}?include=metric`);
  expect(only).toEqual({
    id,
    profile_id: personOf(id),
    metric_id: body.included[0].id,
    metric: body.included[0].attributes.name,
    service: 'api',
    time: '2026-01-31T08:00:00.000Z',
    received_at: '2026-02-03T23:59:59.999Z',
    value: 19.9,
    value_currency: 'EUR',
    unique_id: '#1',
    origin: null,
    source: `api:${archive.keyId}`,
    backfill: false,
    signals: JSON.stringify(signals),
    properties: expect.any(String),
  });
  const [key] = await archive.keys();
  expect(key).toMatch(new RegExp(`^events/account=${archive.account}/day=2026-02-03/[0-9a-f]{32}\\.jsonl\\.gz$`));
});

test('shows readers each event once, however batches are cut, repeated and interleaved', async () => {
  const archive = await startArchive();
  await archive.makeBucket();
  const days = ['2026-03-01T23:59:59Z', '2026-03-02T00:00:00Z'];
  for (const [index, day] of days.entries()) {
    archive.at(day);
    const items = Array.from({ length: 10 }, (_, i) => ({ time: '2026-01-01T00:00:00Z', properties: { i, index } }));
    expect((await archive.post('/api/event-bulk-create-jobs', bulk([group({ email: 'a@b.de' }, items)]))).status).toBe(
      202,
    );
  }
  const { body } = await archive.get('/api/events?page[size]=1000');
  const stored = idsOf(body.data);
  expect(stored).toHaveLength(20);
  const records = await archive.recordsOf(personOf(stored[0] ?? ''));

  const cut = fc.tuple(fc.nat(records.length - 1), fc.integer({ min: 1, max: records.length }));
  await fc.assert(
    fc.asyncProperty(fc.array(cut, { maxLength: 4 }), fc.integer({ min: 1, max: 20 }), async (extra, size) => {
      const whole = Array.from({ length: Math.ceil(records.length / size) }, (_, i) => [i * size, size] as const);
      for (const [start, length] of [...extra, ...whole, ...extra]) {
        await archive.deliver(records.slice(start, start + length));
      }
      expect(idsOf(await archive.archived())).toEqual(stored);
    }),
    { numRuns: 8 },
  );
  expect(await archive.archived({ to: '2026-03-01' })).toHaveLength(10);
  expect(await archive.archived({ from: '2026-03-02' })).toHaveLength(10);
  expect(await archive.archived({ from: '2026-03-03' })).toEqual([]);
});

test('overwrites the object of a batch that is delivered again', async () => {
  const archive = await startArchive();
  await archive.makeBucket();
  const records = await archive.recordsOf(personOf(await sent(archive)));
  await archive.deliver(records);
  await archive.deliver(records);
  expect(await archive.keys()).toHaveLength(1);
});

test('keeps changes while the bucket rejects writes, and archives them later', async () => {
  const archive = await startArchive();
  const id = await sent(archive);
  const records = await archive.recordsOf(personOf(id));
  expect(await archive.deliver(records)).toBe(1);
  expect(archive.changes.waiting('archive-changes')).toHaveLength(1);

  await archive.makeBucket();
  expect(await archive.changes.work(archiveDomain)).toBe(0);
  expect(idsOf(await archive.archived())).toEqual([id]);
});

test('sets only an unreadable change aside, and archives its neighbors', async () => {
  const archive = await startArchive();
  await archive.makeBucket();
  const id = await sent(archive);
  const [good] = (await archive.recordsOf(personOf(id))).filter(({ dynamodb }) =>
    dynamodb?.NewImage?.sk?.S?.startsWith('EVENT#'),
  );
  const Keys = { pk: { S: 'A#a#P#p' }, sk: { S: 'EVENT#x' } };
  const bad = {
    eventName: 'INSERT' as const,
    dynamodb: { SequenceNumber: '7', Keys, NewImage: { ...Keys, type: { S: 'event' } } },
  };
  expect(await archive.deliver(good ? [bad, good] : [])).toBe(0);
  expect(idsOf(await archive.archived())).toEqual([id]);
  expect(archive.lines.filter((line) => line.includes('event not archived'))).toHaveLength(1);
  const [letter, ...others] = archive.changes.deadLetters('archive-changes');
  expect(others).toEqual([]);
  expect((await unpackMessage(letter ?? '')).changes).toEqual([
    expect.objectContaining({ key: { pk: 'A#a#P#p', sk: 'EVENT#x' } }),
  ]);
});

test('loses nothing during a day-long failure of the consumer, and recovers by itself', async () => {
  const archive = await startArchive();
  const sentIds: string[] = [];
  // A message is redelivered every 12 minutes.
  for (let minutes = 0; minutes < 24 * 60; minutes += 12) {
    archive.at(new Date(Date.parse('2026-06-01T00:00:00Z') + minutes * 60_000).toISOString());
    if (minutes % 360 === 0) {
      const id = await sent(archive, { person: { email: `at-${minutes}@example.com` } });
      sentIds.push(id);
      await archive.changes.read(await archive.recordsOf(personOf(id)));
    }
    expect(await archive.changes.work(archiveDomain, maxReceives)).toBe(sentIds.length);
  }
  expect(archive.changes.deadLetters('archive-changes')).toEqual([]);

  archive.at('2026-06-02T00:00:00Z');
  await archive.makeBucket();
  expect(await archive.changes.work(archiveDomain, maxReceives)).toBe(0);
  expect(idsOf(await archive.archived())).toEqual(sentIds.toSorted());
});

test('does not bring back an erased person by a change that arrives days later', async () => {
  const archive = await startArchive();
  await archive.makeBucket();
  archive.at('2026-06-01T00:00:00Z');
  const kept = await sent(archive, { person: { email: 'kept@example.com' } });
  const gone = await sent(archive, { person: { email: 'gone@example.com' } });
  const records = [...(await archive.recordsOf(personOf(kept))), ...(await archive.recordsOf(personOf(gone)))];
  await archive.erase(personOf(gone));

  archive.at('2026-06-04T00:00:00Z');
  await archive.deliver(records);
  expect(idsOf(await archive.archived())).toEqual([kept]);
});

test('does not alter the archive on changes and removals in the table', async () => {
  const archive = await startArchive();
  await archive.makeBucket();
  const records = await archive.recordsOf(personOf(await sent(archive)));
  await archive.deliver(
    records.flatMap((one) => [
      { ...one, eventName: 'MODIFY', dynamodb: { ...one.dynamodb, OldImage: one.dynamodb?.NewImage } },
      { ...one, eventName: 'REMOVE', dynamodb: { ...one.dynamodb, OldImage: one.dynamodb?.NewImage } },
    ]),
  );
  expect(await archive.keys()).toEqual([]);
});

test('removes one person from the objects with their events, and nobody else', async () => {
  const archive = await startArchive();
  await archive.makeBucket();
  const ada = personOf(await sent(archive, { person: { email: 'ada@example.com' } }));
  const eve = personOf(await sent(archive, { person: { email: 'eve@example.com' } }));
  const [ofAda, ofEve] = [await archive.recordsOf(ada), await archive.recordsOf(eve)];
  await archive.deliver([...ofAda, ...ofEve]);
  await archive.deliver(ofAda);
  await archive.deliver(ofEve);

  const { versions } = await archive.files.versions(accountPrefix(archive.account));
  const given = { profileIds: new Set([ada]), mark: 'test', files: archive.files };
  const plans = [];
  for (const one of versions) plans.push(await planErasure({ versions: [one], ...given }));
  for (const plan of plans) await plan?.apply();

  expect(plans.map((plan) => plan?.events.get(ada) ?? 0).toSorted()).toEqual([0, 1, 1]);
  expect((await archive.archived()).map(({ profile_id }) => profile_id)).toEqual([eve]);
  for (const key of await archive.keys()) {
    for (const { profile_id } of await readObject(key, archive.files)) expect(profile_id).toBe(eve);
  }
});

test('archives missing events again from the table, and none twice', async () => {
  const archive = await startArchive();
  await archive.makeBucket();
  archive.at('2026-05-01T12:00:00Z');
  const there = await sent(archive, { person: { email: 'a@example.com' }, time: '2026-04-01T00:00:00Z' });
  await archive.deliver(await archive.recordsOf(personOf(there)));
  const lacking = await sent(archive, {
    person: { email: 'b@example.com' },
    name: 'Other',
    time: '2026-04-02T00:00:00Z',
  });
  archive.at('2026-05-02T12:00:00Z');
  const later = await sent(archive, { person: { email: 'c@example.com' }, time: '2026-04-03T00:00:00Z' });
  const again = (given: object) => archiveMissing(archive.account, given, archive.services);

  expect(await again({ from: '2026-05-01', to: '2026-05-01', since: '2026-04-02' })).toEqual({
    archived: 1,
    present: 0,
  });
  expect(idsOf(await archive.archived())).toEqual([there, lacking].toSorted());
  expect(await again({})).toEqual({ archived: 1, present: 2 });
  expect(await again({})).toEqual({ archived: 0, present: 3 });
  expect(idsOf(await archive.archived())).toEqual([there, lacking, later].toSorted());
});
