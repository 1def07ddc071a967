import * as v from 'valibot';
import type { Route } from '../../platform/http/route.ts';
import { reply } from '../../platform/http/route.ts';
import { isRecord } from '../../platform/json/is-record.ts';
import { type CallType, callTypes } from './calls/call.ts';
import { route } from './protocol.ts';
import { runCall } from './routes.ts';

/** A transparent GIF of one pixel. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const Pixel = v.object({
  /** The call as JSON in base64, with the `writeKey`. */
  data: v.custom<Readonly<Record<string, unknown>>>(isRecord, 'The call is an object.'),
});

const pixelRoute = (type: CallType): Route =>
  route({
    method: 'GET',
    path: `/v1/pixel/${type}`,
    summary: `Segment: send a ${type} call as an image`,
    description:
      'For pages and mails without scripts. `data` is the call as JSON in base64, with the public id of the account ' +
      'as `writeKey`. The response is a transparent GIF.',
    scope: 'open',
    status: 200,
    mediaType: 'image/gif',
    query: Pixel,
    result: v.string(),

    async handle({ query }, context) {
      await runCall(query.data, type, context);
      return reply(GIF, { headers: { 'content-type': 'image/gif', 'cache-control': 'no-store' } });
    },
  });

const operationOf = (type: CallType): string => `segmentPixel${type.charAt(0).toUpperCase()}${type.slice(1)}`;

export const routes: Readonly<Record<string, Route>> = Object.fromEntries(
  callTypes.map((type) => [operationOf(type), pixelRoute(type)]),
);
