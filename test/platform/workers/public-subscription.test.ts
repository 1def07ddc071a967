import * as v from 'valibot';
import { expect, test } from 'vitest';
import { readPendingOptIn } from '../../../functions/domains/consent/opt-in/actions.ts';
import { retryConfirmation } from '../../../functions/domains/consent/opt-in/mail.ts';
import { acceptPublicSubscription } from '../../../functions/domains/consent/opt-in/public-subscription.ts';
import { readIdentifierOwners } from '../../../functions/domains/profiles/records/resolve.ts';
import { giveUp, startRedrive } from '../../support/redrive.ts';

test('a failed public subscription is stored, shows why, and completes on retry', async () => {
  const world = await startRedrive({});
  const context = world.context();
  const topics = [{ channel: 'email', type: 'marketing' } as const];
  const evidence = { method: 'form' };
  await acceptPublicSubscription(
    { email: 'ada@example.com', topics, evidence, language: 'en', isDouble: false },
    context,
  );
  const [letter] = await giveUp(world);
  expect(letter).toMatchObject({ body: { kind: 'confirmation-mail' }, fate: 'failed' });
  const { id } = v.parse(v.object({ id: v.string() }), letter?.body);
  expect(await readPendingOptIn(id, context)).toMatchObject({
    status: 'accepted',
    mailError: expect.stringMatching(/^It failed 5 times\. .* Retry it\.$/),
  });

  world.at('2026-01-11T00:00:00Z');
  await retryConfirmation({ account: world.account, id }, world.services);
  await world.drain();
  expect(await readPendingOptIn(id, context)).toMatchObject({ status: 'done', result: 'stored' });
  const [named] = await readIdentifierOwners({ email: 'ada@example.com' }, context);
  expect(named?.owner).toBeDefined();
});
