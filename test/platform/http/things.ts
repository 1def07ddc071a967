import * as v from 'valibot';
import { route } from '../../../functions/api/klaviyo/protocol.ts';
import { ApiError } from '../../../functions/platform/errors.ts';
import { collectionDocument, collectionSchema, resource } from '../../../functions/platform/http/response/jsonapi.ts';
import { reply } from '../../../functions/platform/http/route.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';

/** Set by a test: the error of the next call of `breakThing`. */
export const next: { error: unknown } = { error: undefined };

const getThings = route({
  method: 'GET',
  path: '/api/things',
  summary: 'Get things',
  scope: 'things:read',
  status: 200,
  reading: { page: { default: 1, max: 2 } },
  result: collectionSchema('thing', v.object({ account: v.string(), caller: v.string() })),
  async handle(_, context) {
    const attributes = { account: context.account, caller: context.caller.kind };
    const thing = resource({ type: 'thing', id: '1', path: '/api/things', attributes }, context);
    return collectionDocument({ items: [thing], next: 'n' }, context);
  },
});

const createThing = route({
  method: 'POST',
  path: '/api/things',
  summary: 'Create a thing',
  scope: 'things:write',
  status: 202,
  body: v.object({ name: v.string() }),
  async handle() {
    return undefined;
  },
});

const breakThing = route({
  method: 'POST',
  path: '/api/things/{id}/break',
  summary: 'Break a thing',
  scope: 'things:write',
  status: 202,
  async handle() {
    throw next.error;
  },
});

const clientThing = route({
  method: 'POST',
  path: '/client/things',
  summary: 'Create a thing from a browser',
  scope: 'public',
  status: 202,
  body: v.object({ name: v.string() }),
  result: v.object({ account: v.string() }),
  async handle({ body }, { account }) {
    if (body.name === 'refused') throw new ApiError('conflict', { detail: 'Refused.' });
    return reply({ account }, { headers: { 'Tributary-Event': 'e1' } });
  },
});

const tellMuch = route({
  method: 'GET',
  path: '/api/things/{count}/quotes',
  summary: 'Get so many quotes',
  scope: 'things:read',
  status: 200,
  result: v.object({ quotes: v.string() }),
  async handle({ params }) {
    return { quotes: '"'.repeat(Number(params.count)) };
  },
});

export const things: ServiceDeclaration = {
  name: 'things',
  routes: { getThings, createThing, breakThing, clientThing, tellMuch },
  triggers: [],
  uses: ['table'],
};
