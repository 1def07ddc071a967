import * as v from 'valibot';
import { reply } from '../../platform/http/route.ts';
import { plainRoute } from '../klaviyo/protocol.ts';

export const getHealth = plainRoute({
  method: 'GET',
  path: '/health',
  summary: 'Whether the API answers',
  description:
    'For monitors. It reads nothing: an answer says that the API and its functions run, not that the table does, which has alarms of its own. So nobody can run up costs by asking often.',
  scope: 'open',
  status: 200,
  result: v.object({ status: v.literal('ok') }),

  async handle() {
    return { status: 'ok' };
  },
});

export const getOpenapi = plainRoute({
  method: 'GET',
  path: '/openapi.json',
  summary: 'This document',
  description: 'The OpenAPI 3.1 description of every endpoint of this deployment.',
  scope: 'open',
  status: 200,
  result: v.looseObject({ openapi: v.string() }),

  async handle() {
    // Only parsed when asked for; and what makes the file imports this module.
    const { default: document } = await import('../../../docs/openapi.json', { with: { type: 'json' } });
    return reply(document, { headers: { 'cache-control': 'public, max-age=300' } });
  },
});
