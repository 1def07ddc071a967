import { expect, test } from 'vitest';
import { changeAccount } from '../../../../functions/domains/accounts/actions.ts';
import { identifiers, profiles as stored } from '../../../../functions/domains/profiles/records/store.ts';
import { remove } from '../../../../functions/platform/table/write.ts';
import { profiles } from '../../../../functions/services/profiles.ts';
import { startApp } from '../../../support/app.ts';
import { profile } from '../people.ts';

test('applies a call to the other profile if one is erased before the merge', async () => {
  const app = await startApp(profiles);
  const { account, table } = app;
  await changeAccount(account, { onSeveralProfiles: 'merge' }, app.services);
  const made = async (attributes: object): Promise<string> =>
    (await app.post('/api/profiles', profile(attributes))).body.data.id;
  const a = await made({ external_id: 'a' });
  const b = await made({ email: 'b@example.com' });
  let reads = 0;
  const stop = app.watch(async ({ command }, next) => {
    const answer = await next();
    if (command === 'BatchGetItemCommand') reads += 1;
    // Both are found, and not yet read for the merge.
    if (reads === 2) {
      stop();
      await table.transact([
        remove(stored, { account, id: b }),
        remove(identifiers, { account, kind: 'email', value: 'b@example.com' }),
      ]);
    }
    return answer;
  });

  const { status, body } = await app.post(
    '/api/profile-import',
    profile({ external_id: 'a', email: 'b@example.com', first_name: 'Ada' }),
  );
  expect([status, body.data?.id]).toEqual([200, a]);
  expect(body.data.attributes).toMatchObject({ email: 'b@example.com', first_name: 'Ada' });
});
