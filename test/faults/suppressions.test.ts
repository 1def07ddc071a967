import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSuppressions } from '../../functions/domains/consent/actions.ts';
import { sized } from '../support/size.ts';
import { startFaulty } from './harness.ts';

const steps = fc.array(fc.record({ person: fc.integer({ min: 0, max: 2 }), isLifted: fc.boolean() }), {
  minLength: 6,
  maxLength: 14,
});

test('applies suppressions and lifts in the order of their requests, each with its entry, whatever fails', {
  timeout: 300_000,
}, async () => {
  const run = async (given: readonly { readonly person: number; readonly isLifted: boolean }[], seed: number) => {
    const app = await startFaulty({ seed, rate: 0.3 });
    const holds = new Map<number, boolean>();
    const changes = new Map<number, number>();
    for (const [i, { person, isLifted }] of given.entries()) {
      app.at(new Date(Date.UTC(2026, 0, 2) + i * 60_000).toISOString());
      const type = `profile-suppression-bulk-${isLifted ? 'delete' : 'create'}-job`;
      const profiles = { data: [{ type: 'profile', attributes: { email: `s${person}@example.com` } }] };
      const { status } = await app.until('POST', `/api/${type}s`, { data: { type, attributes: { profiles } } });
      expect(status).toBe(202);
      if ((holds.get(person) ?? false) === isLifted) changes.set(person, (changes.get(person) ?? 0) + 1);
      holds.set(person, !isLifted);
    }
    app.calm();

    for (const [person, isHeld] of holds) {
      const value = `s${person}@example.com`;
      const found = await readSuppressions({ kind: 'email', value }, app.context());
      expect(found.map(({ reason }) => reason)).toEqual(isHeld ? ['USER_SUPPRESSED'] : []);
      const pk = `A#${app.account}#LEDGER#email#${value}`;
      const entries = await app.table.query({ pk, prefix: 'USER_SUPPRESSED#', limit: 100 });
      expect(entries).toHaveLength(changes.get(person) ?? 0);
      expect(entries.map(({ to }) => to)).toEqual(entries.map((_, i) => (i % 2 === 0 ? 'SUPPRESSED' : 'LIFTED')));
    }
    return true;
  };
  await fc.assert(fc.asyncProperty(steps, fc.integer(), run), {
    numRuns: sized({ full: 4, reduced: 2 }),
    endOnFailure: true,
  });
});
