import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { route } from '../../functions/api/klaviyo/protocol.ts';

const common = { method: 'POST', summary: 'A thing', scope: 'things:write', status: 200 } as const;

test('a handler is given the parameters of its path, and nothing else', () => {
  route({
    ...common,
    path: '/api/things/{thingId}/parts/{partId}',
    async handle({ params, body, query }) {
      expectTypeOf(params).toEqualTypeOf<Readonly<Record<'thingId' | 'partId', string>>>();
      expectTypeOf(body).toEqualTypeOf<undefined>();
      expectTypeOf(query).toEqualTypeOf<undefined>();
      return undefined;
    },
  });
});

test('a handler is given body and query as their schemas leave them', () => {
  route({
    ...common,
    path: '/api/things',
    query: v.object({ limit: v.pipe(v.string(), v.toNumber()) }),
    body: v.object({ at: v.pipe(v.string(), v.toDate()), name: v.optional(v.string(), '') }),
    async handle({ params, body, query }) {
      expectTypeOf(params).toEqualTypeOf<Readonly<Record<never, string>>>();
      expectTypeOf(body).toEqualTypeOf<{ at: Date; name: string }>();
      expectTypeOf(query).toEqualTypeOf<{ limit: number }>();
      return undefined;
    },
  });
});

test('a scope names a resource and a verb', () => {
  // @ts-expect-error `things` alone allows nothing that could be said
  route({ ...common, scope: 'things', path: '/api/things', handle: async () => undefined });
});
