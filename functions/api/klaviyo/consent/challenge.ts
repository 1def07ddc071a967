import { Challenge, createChallenge } from '../../../domains/consent/opt-in/challenge.ts';
import { reply } from '../../../platform/http/route.ts';
import { plainRoute } from '../protocol.ts';

export const getClientChallenge = plainRoute({
  method: 'GET',
  path: '/client/challenge',
  summary: 'Get a proof-of-work challenge',
  description:
    'In the format of ALTCHA, version 2. Give this address to its widget as `challenge`, or solve the ' +
    'challenge with altcha-lib. A solution counts once, within 30 minutes.',
  scope: 'public',
  status: 200,
  result: Challenge,

  async handle(_, context) {
    return reply(await createChallenge(context), { headers: { 'cache-control': 'no-store' } });
  },
});
