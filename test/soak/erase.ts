import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { accountPrefix } from '../../functions/domains/archive/keys.ts';
import { archiveEvents } from '../../functions/domains/archive/write.ts';
import type { Event } from '../../functions/domains/events/records/event.ts';
import { hashOf } from '../../functions/domains/events/records/event-id.ts';
import { type Files, listKeys } from '../../functions/platform/storage/files.ts';
import { startMiniStack } from '../../lib/local/ministack/ministack.ts';
import { generator } from '../support/random.ts';
import { startDynamoDbLocal } from '../support/setup/dynamodb-local.ts';
import { openShop } from './eraser.ts';

const EVENTS = 1_000_000;
/** As many as Lambda hands over of the table's stream at once. */
const EVENTS_AN_OBJECT = 4_000;
const PERSONS = 5;
const EVENTS_A_PERSON = 60;
const OTHERS = 100_000;
const DAYS = 30;
const DAY_MS = 86_400_000;

interface Asked {
  readonly seed: number;
  /** As a share of a million events. */
  readonly scale?: number;
}

/** A month's archive, written by its own writer, from which several people are erased by the real worker. */
export const eraseSoak = async ({ seed, scale = 1 }: Asked): Promise<Readonly<Record<string, number>>> => {
  const [cloud, table] = await Promise.all([startMiniStack(), startDynamoDbLocal()]);
  try {
    const shop = await openShop(cloud.endpoint, table.endpoint);
    const persons = await shop.makePeople(PERSONS);
    const written = await fillArchive(Math.round((EVENTS * scale) / EVENTS_AN_OBJECT), { seed, persons, ...shop });
    shop.endMonth();
    const jobs = await shop.ask(persons);

    const [begun, cpu] = [performance.now(), process.cpuUsage()];
    await shop.pass(jobs, 0);
    const seconds = (performance.now() - begun) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const reads = shop.reads();
    assert.equal(reads.size, written.objects.size, 'Every object is read.');
    assert.deepEqual([...new Set(reads.values())], [1], 'None is read twice.');
    await checkArchive(written, shop);
    for (const [i, job] of jobs.entries()) {
      assert.equal((await shop.told(job)).events, written.theirs[i], 'The certificate counts them.');
    }

    shop.forgetReads();
    for (const minutes of [16, 25 * 60]) await shop.pass(jobs, minutes);
    assert.equal(shop.reads().size, 0, 'What is not new is not read again.');
    for (const job of jobs) assert.equal((await shop.told(job)).status, 'complete');
    await checkArchive(written, shop);
    return {
      'erase.events': written.events,
      'erase.objects': written.objects.size,
      'erase.people': persons.length,
      'erase.removed': written.theirs.reduce((sum, count) => sum + count, 0),
      'erase.objectsWithThem': [...written.objects.values()].filter(({ hasTheirs }) => hasTheirs).length,
      'erase.readsOfFirstPass': [...reads.values()].reduce((sum, count) => sum + count, 0),
      'erase.megabytesRead': Math.round([...written.objects.values()].reduce((sum, { size }) => sum + size, 0) / 1e6),
      'erase.seconds': Math.round(seconds * 10) / 10,
      'erase.cpuSeconds': Math.round((user + system) / 1e5) / 10,
      'erase.peakMb': Math.round(process.resourceUsage().maxRSS / 1_024),
    };
  } finally {
    await Promise.all([cloud.stop(), table.stop()]);
  }
};

interface Written {
  readonly events: number;
  /** How many each person has. */
  readonly theirs: readonly number[];
  /** By key: the other people's lines, as they lie there. */
  readonly objects: ReadonlyMap<
    string,
    { readonly others: string; readonly version: string; readonly size: number; readonly hasTheirs: boolean }
  >;
  readonly isTheirs: (line: string) => boolean;
}

type Shop = Awaited<ReturnType<typeof openShop>>;

const fillArchive = async (
  batches: number,
  {
    seed,
    persons,
    services,
    account,
    archive,
  }: Pick<Shop, 'services' | 'account' | 'archive'> & {
    readonly seed: number;
    readonly persons: readonly string[];
  },
): Promise<Written> => {
  const random = generator(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const places = new Map<number, string>();
  const total = batches * EVENTS_AN_OBJECT;
  for (const person of persons) for (let i = 0; i < EVENTS_A_PERSON; i++) places.set(below(total), person);
  const theirs = persons.map((person) => [...places.values()].filter((one) => one === person).length);
  const month = Date.parse('2026-10-01T00:00:00.000Z');
  for (let batch = 0; batch < batches; batch++) {
    const day = month + (batch % DAYS) * DAY_MS;
    const events = Array.from({ length: EVENTS_AN_OBJECT }, (_, i): Event => {
      const n = batch * EVENTS_AN_OBJECT + i;
      const at = new Date(day + below(DAY_MS)).toISOString();
      return {
        account,
        profileId: places.get(n) ?? `01K6${String(below(OTHERS)).padStart(22, '0')}`,
        metricId: 'Vw9f2K',
        hash: hashOf(`${n}`),
        time: at,
        receivedAt: at,
        value: below(100_000) / 100,
        valueCurrency: 'EUR',
        uniqueId: `order-${n}`,
        properties: {
          sku: `T-${below(5_000)}`,
          title: `Shirt ${below(900)}`,
          url: `https://shop.example/t/${n}`,
          tags: ['a', 'b'],
        },
      };
    });
    await archiveEvents(events, services);
  }
  const isTheirs = (line: string): boolean => persons.some((person) => line.includes(person));
  const objects = new Map<string, { others: string; version: string; size: number; hasTheirs: boolean }>();
  for await (const key of listKeys(accountPrefix(account), archive)) {
    const lines = await linesOf(key, archive);
    const others = lines.filter((line) => !isTheirs(line));
    const { versionId: version = '', size } = (await archive.head(key)) ?? { size: 0 };
    objects.set(key, { others: sum(others), version, size, hasTheirs: others.length < lines.length });
  }
  assert.equal(objects.size, batches);
  return { events: total, theirs, objects, isTheirs };
};

/** Nothing of the persons is left in any version, and all else is there as it was. */
const checkArchive = async ({ objects, isTheirs }: Written, { archive, account }: Shop): Promise<void> => {
  const left = new Set<string>();
  for await (const key of listKeys(accountPrefix(account), archive)) {
    left.add(key);
    const before = objects.get(key);
    const lines = await linesOf(key, archive);
    assert.ok(before && !lines.some(isTheirs), `${key} holds nobody who was erased.`);
    assert.equal(sum(lines), before.others, `${key} holds all others.`);
    const { versions } = await archive.versions(key);
    assert.equal(versions.length, 1, `${key} has no version that held them.`);
    if (!before.hasTheirs) assert.equal(versions[0]?.versionId, before.version, `${key} is not touched.`);
  }
  assert.deepEqual(left, new Set(objects.keys()));
};

const linesOf = async (key: string, files: Files): Promise<string[]> =>
  gunzipSync(await buffer(await files.read(key, { start: 0 })))
    .toString()
    .split('\n');

const sum = (lines: readonly string[]): string => createHash('sha256').update(lines.join('\n')).digest('hex');
