import * as v from 'valibot';
import { upsertPublicProfile } from '../../../domains/consent/public-profile.ts';
import { createClaimToken, expandClaims } from '../../../domains/profiles/claim-token.ts';
import { type ProfileInput, ProfileResource, toInput } from '../../../domains/profiles/records/profile.ts';
import { MAX_CALL_BYTES } from '../../../domains/profiles/records/size.ts';
import { reply } from '../../../platform/http/route.ts';
import { receiptHeader, receiptHeaderDescription, receivedOfRobot, receivedProfile } from '../../receipts.ts';
import { keepOne } from '../keep-rejected.ts';
import { isRobot, locateVisitor, OnsiteQuery, onsiteDescription } from '../onsite.ts';
import { route } from '../protocol.ts';

const Body = v.object({ data: ProfileResource });
const ClaimResult = v.object({
  meta: v.object({
    /** A token for what was claimed, to send as `_kx` with later calls. */
    exchange_id: v.optional(v.string()),
    /** Whether the `_kx` of the call was of another person. */
    should_clear_cookie: v.boolean(),
  }),
});

export const createClientProfile = route({
  method: 'POST',
  path: '/client/profiles',
  summary: 'Create or update a profile from a browser',
  description:
    'Public, so the response does not show who is known. Identifiers are only added to a ' +
    'profile that has nothing but anonymous ids. An `id` is ignored, and no `external_id` is claimed. The ' +
    'header `Sec-GPC: 1` opts the profile out of sharing. With `onsite=true`, the response is 200 and has a token that ' +
    'stands for the identifiers of the call (`meta.exchange_id`): as `_kx` of later calls it has the effect of ' +
    'these identifiers, whether or not anybody is known by them. `meta.should_clear_cookie` is true if the ' +
    `call is about another person than its \`_kx\`.${onsiteDescription}`,
  scope: 'public',
  status: 200,
  emptyStatus: 202,
  maxBodyBytes: MAX_CALL_BYTES,
  query: OnsiteQuery,
  body: Body,
  result: ClaimResult,
  headers: receiptHeaderDescription,
  onRejected: keepOne,

  async handle({ query, body }, context) {
    const { id: _, ...given } = toInput(body.data);
    const claimed = query.onsite === 'true' ? await createClaimToken(given, context) : undefined;
    const own = claimed?.isOtherPerson ? withoutPersonBefore(given) : given;
    const located = await locateVisitor(own, query, context);
    const input = await expandClaims(located, context);
    const received = isRobot(query, context)
      ? receivedOfRobot('profile')
      : receivedProfile(await upsertPublicProfile(input, context));
    const headers = await receiptHeader(received, 'client', context);
    if (!claimed) return reply(undefined, { headers });
    const { token, isOtherPerson } = claimed;
    const meta = { ...(token !== undefined && { exchange_id: token }), should_clear_cookie: isOtherPerson };
    return reply({ meta }, { headers });
  },
});

/** The call without the token and the browser's id, which belong to the person before. */
const withoutPersonBefore = ({ kx: _, identifiers, ...rest }: ProfileInput): ProfileInput => {
  const { anonymous_id: __, ...others } = identifiers;
  return { ...rest, identifiers: others };
};
