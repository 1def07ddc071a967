import { Template } from 'aws-cdk-lib/assertions';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { changeConsents, suppress, unsuppress } from '../../../../functions/domains/consent/actions.ts';
import { optOutOfList } from '../../../../functions/domains/consent/list-opt-out.ts';
import { joinList } from '../../../../functions/domains/lists/actions.ts';
import { definition } from '../../../../functions/platform/table/definition.ts';
import { consent } from '../../../../functions/services/consent.ts';
import { startApp } from '../../../support/app.ts';
import { isDenied, isLike, type Judged, judgedIn } from '../../../support/judge.ts';
import { synthesize } from '../../../support/templates.ts';
import { personWith } from '../people.ts';

const Policy = v.object({
  Properties: v.object({
    PolicyDocument: v.object({
      Statement: v.array(
        v.object({
          Effect: v.string(),
          Action: v.union([v.string(), v.array(v.string())]),
          Condition: v.optional(v.unknown()),
        }),
      ),
    }),
  }),
});

const { service } = synthesize();
const statements = Object.entries(Template.fromStack(service).findResources('AWS::IAM::Policy'))
  .filter(([name]) => name.startsWith('consenthttp'))
  .flatMap(([, policy]) => v.parse(Policy, policy).Properties.PolicyDocument.Statement)
  .map(({ Action, ...statement }) => ({ ...statement, actions: [Action].flat() }));

test('makes no consent transaction that IAM denies, with keys judged one by one or together', async () => {
  const app = await startApp(consent, { lists: ['news'] });
  const seen: (readonly Judged[])[] = [];
  app.watch((request, next) => {
    if (request.command === 'TransactWriteItemsCommand') seen.push(judgedIn(request.input));
    return next();
  });
  const context = app.context();
  const { id: profileId } = await personWith({ email: 'ada@example.com' }, context);
  const address = { kind: 'email', value: 'ada@example.com' } as const;
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
  const evidence = { method: 'api' };
  const topic = { profileId, channel: 'email', type: 'marketing', address, evidence } as const;
  await changeConsents([{ ...topic, to: 'SUBSCRIBED', at: at(1) }], context);
  await joinList({ listId: 'news', profileId, at: at(1) }, context);
  await optOutOfList([{ ...topic, to: 'UNSUBSCRIBED', at: at(2) }], { listId: 'news', profileId }, context);
  await changeConsents([{ ...topic, to: 'UNSUBSCRIBED', at: at(3) }], context);
  // Lifts the opt-out's suppression, and ends the list opt-out.
  await changeConsents([{ ...topic, to: 'SUBSCRIBED', at: at(4) }], context);
  await suppress({ address, reason: 'USER_SUPPRESSED', at: at(5), evidence }, context);
  expect(await unsuppress({ address, at: at(6), evidence }, context)).toBe('lifted');

  const mixed = seen.filter(
    (writes) =>
      writes.some(({ pk }) => isLike(pk, definition.appendOnly)) &&
      writes.some(({ action }) => action === 'dynamodb:DeleteItem' || action === 'dynamodb:UpdateItem'),
  );
  expect(mixed.length).toBeGreaterThanOrEqual(2);
  for (const writes of seen)
    for (const keys of ['each', 'together'] as const) expect(isDenied(writes, statements, keys)).toBe(false);
});
