import * as v from 'valibot';
import { expect, test } from 'vitest';
import { changeConsent } from '../../functions/consent/actions.ts';
import { topics } from '../../functions/consent/consent.ts';
import { consent } from '../../functions/consent/index.ts';
import { consentWrites } from '../../lib/cost/operations.ts';
import { personWith } from '../consent/people.ts';
import { startApp } from '../support/app.ts';

const Put = v.object({ Item: v.record(v.string(), v.unknown()), ConditionExpression: v.optional(v.string()) });
const Input = v.object({ TransactItems: v.array(v.object({ Put })) });

test('changes of consent cost what the model says', async () => {
  const app = await startApp(consent);
  const context = app.context();
  const email = 'ada@example.com';
  const { id: profileId } = await personWith({ email }, context);
  let sent: v.InferOutput<typeof Input>[] = [];
  app.watch(({ command, input }, next) => {
    if (command === 'TransactWriteItemsCommand') sent.push(v.parse(Input, input));
    return next();
  });
  // Of two changes given at one time the greater entry id holds, which is chance.
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
