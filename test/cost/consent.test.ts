import * as v from 'valibot';
import { expect, test } from 'vitest';
import { changeConsent } from '../../functions/domains/consent/actions.ts';
import { topics } from '../../functions/domains/consent/records/consent.ts';
import { consent } from '../../functions/services/consent.ts';
import { events } from '../../functions/services/events.ts';
import { consentWrites } from '../../lib/cost/operations.ts';
import { personWith } from '../domains/consent/people.ts';
import { startApp } from '../support/app.ts';

const Put = v.object({ Item: v.record(v.string(), v.unknown()), ConditionExpression: v.optional(v.string()) });
const Input = v.object({ TransactItems: v.array(v.object({ Put })) });

test('consent changes cost what the model says', async () => {
  const app = await startApp(consent);
  const context = app.context();
  const email = 'ada@example.com';
  const { id: profileId } = await personWith({ email }, context);
  let sent: v.InferOutput<typeof Input>[] = [];
  app.watch(({ command, input }, next) => {
    if (command === 'TransactWriteItemsCommand') sent.push(v.parse(Input, input));
    return next();
  });
  // Of two changes at one time the greater entry id counts, which is random.
  let day = 0;
  const unitsOf = async (to: 'SUBSCRIBED' | 'UNSUBSCRIBED', topic: (typeof topics)[number]) => {
    sent = [];
    const evidence = { method: 'form', ip: '192.0.2.1', wording: 'Yes, send me the newsletter.' };
    const told = {
      at: new Date(Date.UTC(2025, 0, ++day)),
      evidence,
      entryId: to,
      address: { kind: 'email', value: email } as const,
    };
    await changeConsent({ profileId, ...topic, to, ...told }, context);
    const puts = sent.flatMap(({ TransactItems }) => TransactItems.map((one) => one.Put));
    for (const { Item } of puts) expect(JSON.stringify(Item).length).toBeLessThan(1_024);
    const indexed = puts.filter(
      ({ Item, ConditionExpression = '' }) => Item.gsi1pk && ConditionExpression.includes('not_exists'),
    );
    return 2 * puts.length + indexed.length;
  };
  const [marketing, opens] = topics;

  expect(await unitsOf('SUBSCRIBED', marketing)).toBe(consentWrites.first);
  expect(await unitsOf('SUBSCRIBED', opens)).toBe(consentWrites.change);
  expect(await unitsOf('UNSUBSCRIBED', opens)).toBe(consentWrites.change);
  expect(await unitsOf('UNSUBSCRIBED', marketing)).toBe(consentWrites.firstOptOut);
});

test('an event with Global Privacy Control costs a read of three more items, and once a transaction; one without costs nothing more', async () => {
  const app = await startApp(events);
  const read: number[] = [];
  app.watch(({ command, input }, next) => {
    const { RequestItems } = v.parse(v.object({ RequestItems: v.optional(v.record(v.string(), v.unknown())) }), input);
    const Keys = v.safeParse(v.object({ Keys: v.array(v.unknown()) }), Object.values(RequestItems ?? {})[0]);
    if (command === 'BatchGetItemCommand' && Keys.success) read.push(Keys.output.Keys.length);
    return next();
  });
  let n = 0;
  const costOf = async (headers: Readonly<Record<string, string>>) => {
    [app.requests.length, read.length] = [0, 0];
    const attributes = {
      properties: { n: n++ },
      metric: { data: { type: 'metric', attributes: { name: 'Viewed Product' } } },
      profile: { data: { type: 'profile', attributes: { anonymous_id: 'ada-b' } } },
    };
    const body = { data: { type: 'event', attributes } };
    expect((await app.post(`/client/events?company_id=${app.account}`, body, headers)).status).toBe(202);
    return [...app.requests];
  };
  await costOf({});
  const plain = await costOf({});
  expect(plain).toHaveLength(2);
  const gpc = { 'sec-gpc': '1' };
  expect(await costOf(gpc)).toEqual(
    expect.arrayContaining([...plain, 'BatchGetItemCommand', 'TransactWriteItemsCommand']),
  );
  expect(await costOf(gpc)).toHaveLength(3);
  expect(read.at(-1)).toBe(3);
  expect(await costOf({})).toEqual(plain);
});
