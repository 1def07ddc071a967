import fc from 'fast-check';
import { expect, test } from 'vitest';
import { upsertProfile } from '../../../../functions/domains/profiles/actions.ts';
import type { ProfileInput } from '../../../../functions/domains/profiles/records/profile.ts';
import { readIdentifierOwners, readProfiles } from '../../../../functions/domains/profiles/records/resolve.ts';
import { startProfiles } from '../people.ts';

const KINDS = ['external_id', 'email', 'phone_number'] as const;
const values = {
  external_id: ['x', 'y', 'z'],
  email: ['a@e.io', 'b@e.io', 'c@e.io'],
  phone_number: ['+1', '+2'],
} as const;

type Identifiers = { readonly [kind in (typeof KINDS)[number]]?: string | null };
interface Call {
  readonly identifiers: Identifiers;
  readonly caller: 'trusted' | 'public';
  readonly onConflict: 'refuse' | 'keep';
}
/** The owners of identifiers: the whole expected state. */
type Model = ReadonlyMap<string, { readonly [kind in (typeof KINDS)[number]]?: string | undefined }>;

const of = <T extends string>(some: readonly T[]) =>
  fc.option(fc.constantFrom<T | null>(...some, null), { nil: undefined });
const call: fc.Arbitrary<Call> = fc
  .record({
    external_id: of(values.external_id),
    email: of(values.email),
    phone_number: of(values.phone_number),
    caller: fc.constantFrom('trusted' as const, 'public' as const),
    onConflict: fc.constantFrom('refuse' as const, 'keep' as const),
  })
  .map(({ caller, onConflict, ...given }) => ({
    caller,
    onConflict,
    identifiers: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  }));

/** The effect of a call on the model; undefined if it is refused. */
const next = (model: Model, { identifiers, caller, onConflict }: Call, newId: string): Model | undefined => {
  const ownerOf = (kind: (typeof KINDS)[number]) =>
    [...model].find(([, held]) => identifiers[kind] && held[kind] === identifiers[kind])?.[0];
  const owners = KINDS.map(ownerOf);
  /** A profile with other values of stronger identifiers is another person. */
  const mayBe = (owner: string): boolean =>
    KINDS.slice(0, owners.indexOf(owner)).every((kind) => !identifiers[kind] || !model.get(owner)?.[kind]);
  const possible = owners.filter((owner) => owner !== undefined && mayBe(owner));
  const [id] = possible;
  if (id === undefined) {
    const free = KINDS.flatMap((kind, i) =>
      identifiers[kind] && owners[i] === undefined ? [[kind, identifiers[kind]]] : [],
    );
    return free.length > 0 ? new Map([...model, [newId, Object.fromEntries(free)] as const]) : undefined;
  }
  if (onConflict === 'refuse' && possible.some((owner) => owner !== id)) return undefined;
  // All profiles here are identified, so that public calls change none of them.
  if (caller === 'public') return model;
  const held = { ...model.get(id) };
  for (const [i, kind] of KINDS.entries()) {
    const value = identifiers[kind];
    if (value === null && i > owners.indexOf(id)) delete held[kind];
    else if (value && owners[i] === undefined) held[kind] = value;
  }
  return Object.keys(held).length > 0 ? new Map([...model, [id, held] as const]) : undefined;
};

/** A public call claims no external id; test/hostile tests the substitute for an unowned one. */
const isStoodIn = (model: Model, { caller, identifiers: { external_id: given } }: Call): boolean =>
  caller === 'public' && Boolean(given) && ![...model.values()].some(({ external_id }) => external_id === given);

const inputOf = ({ identifiers }: Call): ProfileInput => ({ identifiers, fields: {} });

test('applies the rules of identifiers in sequential upserts', async () => {
  const app = await startProfiles();
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 12 }), async (calls) => {
      const context = { ...app.context(), account: `M${round++}` };
      let model: Model = new Map();
      for (const one of calls) {
        if (isStoodIn(model, one)) continue;
        const done = await upsertProfile(inputOf(one), one, context).catch((error: unknown) => ({ error }));
        const id = 'profile' in done ? done.profile.id : '';
        const after = next(model, one, id);
        expect('profile' in done, JSON.stringify(one)).toBe(after !== undefined);
        model = after ?? model;
        if (!('profile' in done)) continue;
        expect(
          Object.fromEntries(KINDS.flatMap((kind) => (done.profile[kind] ? [[kind, done.profile[kind]]] : []))),
        ).toEqual(model.get(id));
      }
      await agree(context, model);
    }),
    { numRuns: 25 },
  );
});

test('leaves each identifier with exactly one owner after simultaneous upserts', async () => {
  const app = await startProfiles();
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 2, maxLength: 8 }), async (calls) => {
      const context = { ...app.context(), account: `C${round++}` };
      const done = await Promise.allSettled(calls.map((one) => upsertProfile(inputOf(one), one, context)));
      const ids = new Set(done.flatMap((one) => (one.status === 'fulfilled' ? [one.value.profile.id] : [])));
      const stored = await readProfiles([...ids], context);
      await agree(context, new Map(stored.map((one) => [one.id, one])));
    }),
    { numRuns: 15 },
  );
});

/** The identifier items name the profiles of the model, and no others. */
const agree = async (context: Parameters<typeof readIdentifierOwners>[1], model: Model) => {
  for (const kind of KINDS) {
    for (const value of values[kind]) {
      const [named] = await readIdentifierOwners({ [kind]: value }, context);
      const holders = [...model].filter(([, held]) => held[kind] === value).map(([id]) => id);
      expect(holders.length).toBeLessThanOrEqual(1);
      expect(named?.owner).toBe(holders[0]);
    }
  }
};
