import { expect, test } from 'vitest';
import { upsertProfile } from '../../../functions/domains/profiles/actions.ts';
import { upsertMany } from '../../../functions/domains/profiles/upsert-many.ts';
import { profiles } from '../../../functions/services/profiles.ts';
import { startApp } from '../../support/app.ts';

const rules = { onConflict: 'refuse', caller: 'trusted' } as const;
const call = (n: number, properties = {}) => ({
  input: { identifiers: { email: `p${n}@example.com` }, fields: {}, properties },
  rules,
});

test('gives many upserts in one call the result of single ones, despite other writers', async () => {
  const app = await startApp(profiles);
  const context = app.context();
  await upsertProfile(call(1, { size: 1 }).input, rules, context);
  await upsertProfile(call(2, { size: 1 }).input, rules, context);
  await upsertProfile(
    { ...call(0).input, identifiers: { external_id: 'x', phone_number: '+4930123456' } },
    rules,
    context,
  );
  const race = async () => {
    await upsertProfile(call(5, { size: 9 }).input, rules, context);
    await upsertProfile(call(70, { size: 3 }).input, rules, context);
  };
  let raced: Promise<void> | undefined;
  const table = {
    ...context.table,
    // Two of the new ones are created between the lookup and the write.
    transact: async (writes: Parameters<typeof context.table.transact>[0]) => {
      raced ??= race();
      await raced;
      return context.table.transact(writes);
    },
  };
  const calls = [
    call(1, { size: 1 }),
    call(2, { size: 2 }),
    ...Array.from({ length: 80 }, (_, i) => call(i + 3, { size: 3 })),
    { input: { identifiers: { email: 'p1@example.com', phone_number: '+4930123456' }, fields: {} }, rules },
    { input: { identifiers: {}, fields: {} }, rules },
  ];

  const answers = await upsertMany(calls, { ...context, table });

  const outcomes = answers.map((answer) => ('error' in answer ? answer.error.code : answer.outcome));
  expect(outcomes.slice(0, 6)).toEqual(['unchanged', 'updated', 'created', 'created', 'updated', 'created']);
  expect(outcomes[69]).toBe('unchanged');
  expect(outcomes.slice(-2)).toEqual(['duplicate_profile', 'invalid']);
  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(78);
  const found = await app.get(`/api/profiles?filter=${encodeURIComponent('equals(email,"p5@example.com")')}`);
  expect(found.body.data[0].attributes.properties).toEqual({ size: 3 });
});
