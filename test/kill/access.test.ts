import { expect, test } from 'vitest';
import { linesIn, unzipped } from '../domains/privacy/access/unzip.ts';
import { generator } from '../support/random.ts';
import { awsEndpoint } from '../support/servers/aws-endpoint.ts';
import { sized } from '../support/size.ts';
import { shortLives } from './lifetimes.ts';
import { openShop, undisturbed } from './shop.ts';

const JOBS = '/api/data-privacy-access-jobs';
const EVENTS = sized({ full: 800, reduced: 400 });
const LINES = sized({ full: 200, reduced: 100 });
const email = 'ada@example.com';
const person = { data: { type: 'profile', attributes: { email } } };

const eventsFrom = (first: number) => {
  const event = (i: number) => ({
    type: 'event',
    attributes: {
      properties: { i, text: 'x'.repeat(150) },
      metric: { data: { type: 'metric', attributes: { name: 'Viewed' } } },
      time: new Date(Date.UTC(2025, 0, 1) + i * 1_000).toISOString(),
      unique_id: `${i}`,
    },
  });
  const data = Array.from({ length: 400 }, (_, i) => event(first + i));
  const group = { type: 'event-bulk-create', attributes: { profile: person, events: { data } } };
  return { data: { type: 'event-bulk-create-job', attributes: { 'events-bulk-create': { data: [group] } } } };
};

/** The access file from runs with these lifetimes. */
const handed = async (lifeOf: Parameters<Awaited<ReturnType<typeof openShop>>['workOff']>[2]['lifeOf']) => {
  const shop = await openShop({ awsEndpoint: awsEndpoint() });
  for (let first = 0; first < EVENTS; first += 400)
    await shop.ask('POST', '/api/event-bulk-create-jobs', eventsFrom(first));
  const lines = Array.from({ length: LINES }, (_, i) => `${i % 2 ? email : `p${i}@example.com`},${i}\n`);
  const dropped = await shop.drop('profiles/people.csv', `Email,Number\n${lines.join('')}`);
  await shop.workOff('imports', [dropped], { lifeOf: () => undisturbed });
  const asked = { type: 'data-privacy-access-job', attributes: { profile: person } };
  const { body } = await shop.ask('POST', JOBS, { data: asked });
  // Delivered twice, as queues do.
  const told = JSON.stringify({ kind: 'access-person', account: shop.account, id: body.data.id });
  const { kills } = await shop.workOff('privacy', [told], { lifeOf });
  const job = (await shop.ask('GET', `${JOBS}/${body.data.id}`)).body.data.attributes;
  const answer = await fetch(job.download_url);
  const files = await unzipped(Buffer.from(await answer.arrayBuffer()));
  const left = await shop.keys('privacy/');
  shop.close();
  return { kills, records: job.records, files, left };
};

test('hands a person the same data when functions are killed repeatedly', {
  timeout: 200_000,
}, async () => {
  const calm = await handed(() => undisturbed);
  const hurt = await handed(shortLives(generator(3), 20));
  expect(hurt.kills).toBeGreaterThan(3);
  expect(hurt.records).toEqual(calm.records);
  for (const { files, left } of [calm, hurt]) {
    const events = linesIn(files, 'events.jsonl').map(({ unique_id }) => Number(unique_id));
    expect(events).toEqual(Array.from({ length: EVENTS }, (_, i) => i));
    const rows = linesIn(files, 'imports.jsonl').map(({ row }) => row);
    expect(rows).toEqual(Array.from({ length: LINES / 2 }, (_, i) => 2 * i + 3));
    expect(left).toHaveLength(1);
  }
  expect(Object.keys(hurt.files)).toEqual(Object.keys(calm.files));
});
