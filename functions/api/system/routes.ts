import * as v from 'valibot';
import { reply } from '../../platform/http/route.ts';
import { plainRoute } from '../klaviyo/protocol.ts';

export const getHealth = plainRoute({
  method: 'GET',
  path: '/health',
  summary: 'Check that the API responds',
  description:
    'For monitoring. It shows that the API and its functions run. It does not read the table, which has its own alarms, so frequent calls cost little.',
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
  summary: 'Get this OpenAPI document',
  description: 'The OpenAPI 3.1 description of every endpoint of this deployment.',
  scope: 'open',
  status: 200,
  result: v.looseObject({ openapi: v.string() }),

  async handle() {
    // Loaded on request only. Also, the script that writes the file imports this module.
    const { default: document } = await import('../../../docs/openapi.json', { with: { type: 'json' } });
    return reply(document, { headers: { 'cache-control': 'public, max-age=300' } });
  },
});
