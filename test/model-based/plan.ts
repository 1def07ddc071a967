/** The kinds of rounds: what clients do in one, so that the strictest statements that hold of it can be made. */
export const roundKinds = ['plain', 'merging', 'refusing', 'erasing'] as const;
export type RoundKind = (typeof roundKinds)[number];

export const LISTS = 2;
/** Of few people everything meets everything. */
export const PEOPLE = [2, 3, 4, 6] as const;
/** Rounds of every kind have every number of people. */
export const peopleIn = (seed: number): number => PEOPLE[Math.floor(seed / roundKinds.length) % PEOPLE.length] ?? 6;

export type Identifiers = Partial<Readonly<Record<'email' | 'phone_number' | 'external_id' | 'anonymous_id', string>>>;

/** What one client asks for. `pick` chooses among the ids that were answered so far, when its turn has come. */
export type Step = { readonly pick: number; readonly names: Identifiers } & (
  | { readonly does: 'create' | 'upsert' | 'read' | 'erase' | 'suppress' | 'lift' | 'file' }
  | { readonly does: 'event'; readonly count: number }
  | { readonly does: 'bulk'; readonly others: readonly Identifiers[] }
  | { readonly does: 'patch'; readonly gives: Identifiers; readonly clears?: 'email' | 'phone_number' | 'external_id' }
  | { readonly does: 'merge'; readonly other: number }
  | { readonly does: 'undo' }
  | { readonly does: 'subscribe' | 'unsubscribe'; readonly list?: number }
  | { readonly does: 'join' | 'leave'; readonly list: number }
);

type Does = Step['does'];

const usual: Readonly<Record<Does, number>> = {
  create: 9,
  upsert: 14,
  patch: 10,
  event: 16,
  bulk: 3,
  file: 1,
  subscribe: 9,
  unsubscribe: 6,
  suppress: 3,
  lift: 3,
  join: 8,
  leave: 5,
  read: 5,
  merge: 0,
  undo: 0,
  erase: 0,
};
const merging = { ...usual, merge: 14, undo: 11, join: 12, leave: 8 };
const weights: Readonly<Record<RoundKind, Readonly<Record<Does, number>>>> = {
  plain: usual,
  merging,
  refusing: merging,
  erasing: { ...merging, erase: 1 },
};

type Random = () => number;

interface Drawn {
  readonly kind: RoundKind;
  readonly people: number;
}

const below = (random: Random, end: number): number => Math.floor(random() * end);

const drawDoes = (random: Random, kind: RoundKind): Does => {
  const entries = Object.entries(weights[kind]) as [Does, number][];
  let left = random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [does, weight] of entries) {
    left -= weight;
    if (left < 0) return does;
  }
  return 'read';
};

export const emailOf = (person: number, which = 0): string => `p${person}${'ab'[which]}@example.com`;
const identifierOf = {
  email: emailOf,
  phone_number: (person: number) => `+4930123456${person}`,
  external_id: (person: number) => `ext-${person}`,
  anonymous_id: (person: number, which = 0) => `anon-${person}-${which}`,
} as const;
const kinds = ['email', 'phone_number', 'external_id', 'anonymous_id'] as const;

/** One or two identifiers, now and then of two people. In a plain round a person always has the same address. */
const drawNames = (random: Random, { kind, people }: Drawn, person: number): Identifiers => {
  if (kind === 'plain') return { email: emailOf(person) };
  const one = (): Identifiers => {
    const whose = random() < 0.85 ? person : below(random, people);
    const what = kinds[below(random, kinds.length)] ?? 'email';
    return { [what]: identifierOf[what](whose, below(random, 2)) };
  };
  return random() < 0.6 ? one() : { ...one(), ...one() };
};

export const drawStep = (random: Random, drawn: Drawn): Step => {
  const { kind, people } = drawn;
  const person = below(random, people);
  const does = drawDoes(random, kind);
  const base = { pick: below(random, 1_000), names: drawNames(random, drawn, person) };
  const isTheirs = random() < 0.8;
  const email = { email: emailOf(person, kind === 'plain' ? 0 : below(random, 2)) };
  switch (does) {
    case 'create':
    case 'upsert':
    case 'read':
      return { ...base, does };
    case 'erase':
    case 'suppress':
    case 'lift':
    case 'file':
      return { ...base, does, names: email };
    case 'event':
      return { ...base, does, count: random() < 0.7 ? 1 : 1 + below(random, 5) };
    case 'bulk':
      return {
        ...base,
        does,
        names: email,
        others: [{ email: emailOf(below(random, people)) }, { email: emailOf(below(random, people)) }],
      };
    case 'patch': {
      const clears = (['email', 'phone_number', 'external_id'] as const)[below(random, 3)] ?? 'email';
      const changes = kind !== 'plain' && random() < 0.4;
      return {
        ...base,
        does,
        gives: changes && isTheirs ? drawNames(random, drawn, person) : {},
        ...(changes && !isTheirs && { clears }),
      };
    }
    case 'merge':
      return { ...base, does, other: below(random, 1_000) };
    case 'undo':
      return { ...base, does };
    case 'subscribe':
    case 'unsubscribe':
      return { ...base, does, names: email, ...(random() < 0.3 && { list: below(random, LISTS) }) };
    case 'join':
    case 'leave':
      return { ...base, does, list: below(random, LISTS) };
  }
};
