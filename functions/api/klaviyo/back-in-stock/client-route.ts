import { MAX_CALL_BYTES } from '../../../domains/profiles/records/size.ts';
import { isRobot, OnsiteQuery, onsiteDescription } from '../onsite.ts';
import { route } from '../protocol.ts';
import { accept } from './accept.ts';
import { findProblems, SubscriptionBody } from './body.ts';

export const createClientBackInStockSubscription = route({
  method: 'POST',
  path: '/client/back-in-stock-subscriptions',
  summary: 'Subscribe one person to the return of a product from a browser',
  description:
    'Finds or creates the profile as `POST /client/profiles` does. The response is the same for every person. It is no ' +
    'consent: who does not get messages on a channel, gets none of these either.' +
    onsiteDescription,
  scope: 'public',
  status: 202,
  maxBodyBytes: MAX_CALL_BYTES,
  query: OnsiteQuery,
  body: SubscriptionBody,
  errors: ['not_found'],
  findProblems,

  async handle({ query, body }, context) {
    if (!isRobot(query, context)) await accept(body, context);
    return undefined;
  },
});
