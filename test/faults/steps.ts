import fc from 'fast-check';

/** One request of a client. Different steps never contradict each other about a person, unless time decides. */
export type Step =
  | { readonly does: 'event'; readonly person: number; readonly order: number; readonly value: number }
  | { readonly does: 'events'; readonly person: number; readonly orders: readonly number[]; readonly value: number }
  | { readonly does: 'create'; readonly person: number }
  | { readonly does: 'upsert' | 'update' | 'bulk'; readonly person: number; readonly name: number }
  | { readonly does: 'consent'; readonly person: number; readonly day: number };

export const PEOPLE = 3;
const person = fc.integer({ min: 0, max: PEOPLE - 1 });
const order = fc.integer({ min: 0, max: 5 });
const value = fc.integer({ min: 1, max: 3 });
const name = fc.integer({ min: 0, max: 5 });
const does = <const Does extends string>(what: Does) => fc.constant(what);

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ does: does('event'), person, order, value }),
    fc.record({ does: does('events'), person, orders: fc.uniqueArray(order, { minLength: 1 }), value }),
    fc.record({ does: does('create'), person }),
    fc.record({ does: fc.constantFrom('upsert' as const, 'update' as const, 'bulk' as const), person, name }),
    fc.record({ does: does('consent'), person, day: fc.integer({ min: 1, max: 28 }) }),
  ),
  { minLength: 16, maxLength: 32 },
);

export const emailOf = (of: number): string => `p${of}@example.com`;
export const newEmailOf = (of: number): string => `new${of}@example.com`;
/** Days of opt-ins and days of opt-outs alternate. */
export const statusOn = (day: number) => (day % 2 === 0 ? 'SUBSCRIBED' : 'UNSUBSCRIBED');

const profile = (email: string, more: object = {}) => ({ type: 'profile', attributes: { email, ...more } });

const eventOf = (order: number, value: number) => ({
  type: 'event',
  attributes: {
    properties: {},
    metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
    unique_id: `o${order}`,
    time: '2025-06-01T00:00:00Z',
    value,
  },
});

/** The request of a step; people's ids are known from earlier ones. */
export const requestOf = (
  step: Step,
  ids: readonly string[],
): readonly [method: string, path: string, body: object] => {
  const who = profile(emailOf(step.person));
  switch (step.does) {
    case 'event': {
      const { type, attributes } = eventOf(step.order, step.value);
      return ['POST', '/api/events', { data: { type, attributes: { ...attributes, profile: { data: who } } } }];
    }
    case 'events': {
      const events = { data: step.orders.map((one) => eventOf(one, step.value)) };
      const group = { type: 'event-bulk-create', attributes: { profile: { data: who }, events } };
      const attributes = { 'events-bulk-create': { data: [group] } };
      return ['POST', '/api/event-bulk-create-jobs', { data: { type: 'event-bulk-create-job', attributes } }];
    }
    case 'create':
      return ['POST', '/api/profiles', { data: profile(newEmailOf(step.person)) }];
    case 'upsert':
      return ['POST', '/api/profile-import', { data: profile(emailOf(step.person), propertyOf(step.name)) }];
    case 'update': {
      const id = ids[step.person] ?? '';
      const data = { type: 'profile', id, attributes: propertyOf(step.name) };
      return ['PATCH', `/api/profiles/${id}`, { data }];
    }
    case 'bulk': {
      const profiles = {
        data: [profile(emailOf(step.person), propertyOf(step.name)), profile(`b${step.name}@example.com`)],
      };
      return [
        'POST',
        '/api/profile-bulk-import-jobs',
        { data: { type: 'profile-bulk-import-job', attributes: { profiles } } },
      ];
    }
    case 'consent': {
      const consent = statusOn(step.day);
      const marketing = { consent, consented_at: `2025-01-${String(step.day).padStart(2, '0')}T00:00:00Z` };
      const kind = consent === 'SUBSCRIBED' ? 'create' : 'delete';
      const profiles = { data: [profile(emailOf(step.person), { subscriptions: { email: { marketing } } })] };
      const type = `profile-subscription-bulk-${kind}-job`;
      return ['POST', `/api/${type}s`, { data: { type, attributes: { historical_import: true, profiles } } }];
    }
  }
};

const propertyOf = (name: number) => ({ properties: { [`n${name}`]: true } });
