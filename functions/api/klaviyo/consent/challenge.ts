import { Challenge, makeChallenge } from '../../../domains/consent/opt-in/challenge.ts';
import { reply } from '../../../platform/http/route.ts';
import { plainRoute } from '../protocol.ts';

export const getClientChallenge = plainRoute({
  method: 'GET',
  path: '/client/challenge',
  summary: 'Get some work for a browser, to be done before it subscribes somebody',
  description:
    'In the format of ALTCHA, version 2: give the address to its widget as `challenge`, or solve it with altcha-lib. The solution counts once, within 30 minutes.',
  scope: 'public',
  status: 200,
  result: Challenge,

  async handle(_, context) {
    return reply(await makeChallenge(context), { headers: { 'cache-control': 'no-store' } });
  },
});
