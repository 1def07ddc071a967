import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { defineResource, toMany } from '../../functions/api/klaviyo/resource.ts';
import type { Context } from '../../functions/domains/accounts/context.ts';
import { defineView } from '../../functions/platform/http/resource/view.ts';

interface Thing {
  readonly id: string;
  readonly size: number;
}

const view = defineView({
  type: 'thing',
  path: '/api/things',
  entries: { size: v.number() },
  attributes: ({ size }: Thing) => ({ size }),
});
const thing: Thing = { id: '1', size: 1 };
const common = { view, noun: { one: 'thing', many: 'things' }, scope: 'things', getOne: async () => thing };

test('whoever creates or changes one is given the body as its schemas leave it', () => {
  defineResource({
    ...common,
    get: {
      operation: 'getThing',
      additional: {
        async weight(value) {
          expectTypeOf(value).toEqualTypeOf<Thing>();
          return 1;
        },
      },
    },
    create: {
      operation: 'createThing',
      attributes: v.object({ size: v.pipe(v.string(), v.toNumber()) }),
      relationships: v.object({ owner: v.string() }),
      async run({ attributes, relationships }, context) {
        expectTypeOf(attributes).toEqualTypeOf<{ size: number }>();
        expectTypeOf(relationships).toEqualTypeOf<{ owner: string }>();
        expectTypeOf(context).toEqualTypeOf<Context>();
        return thing;
      },
    },
    update: {
      operation: 'updateThing',
      attributes: v.object({ size: v.optional(v.number()) }),
      async run(id, { attributes, relationships }) {
        expectTypeOf(id).toEqualTypeOf<string>();
        expectTypeOf(attributes).toEqualTypeOf<{ size?: number | undefined }>();
        expectTypeOf(relationships).toEqualTypeOf<undefined>();
        return thing;
      },
    },
  });
});

test('a view shows the attributes that it declares', () => {
  const declared = { type: 'thing', path: '/api/things', entries: { size: v.number() } };
  // @ts-expect-error the size is a number
  defineView({ ...declared, attributes: ({ id }: Thing) => ({ size: id }) });
  // @ts-expect-error the size is missing
  defineView({ ...declared, attributes: (_: Thing) => ({}) });
});

test('a resource is created as what it is, and related to by what it is', () => {
  const attributes = v.object({});
  // @ts-expect-error a thing has a size
  defineResource({ ...common, create: { operation: 'createThing', attributes, run: async () => ({ id: '1' }) } });

  const parts = toMany({
    type: 'part',
    noun: { one: 'part', many: 'parts' },
    schema: view.schema,
    read: async (whole: { readonly id: string; readonly parts: readonly string[] }) => ({ items: whole.parts }),
    show: () => [],
    idOf: (part: string) => part,
  });
  // @ts-expect-error a thing has no parts
  defineResource({ ...common, relationships: { parts } });
});
