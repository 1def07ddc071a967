import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { sourceOfCall } from '../../domains/receipts/source.ts';
import type { Properties } from '../../model/properties.ts';
import { ApiError } from '../../platform/errors.ts';
import type { Route } from '../../platform/http/route.ts';
import { isRecord } from '../../platform/json/is-record.ts';
import { type Received, receiptsOf, receivedOfRobot, receivedRejection } from '../receipts.ts';
import { type Answered, answerBatch, answerCall, Result } from './answer.ts';
import { type CallType, isIdentity, MAX_CALL_BYTES } from './calls/call.ts';
import { recordIn } from './calls/context.ts';
import { writeJson } from './calls/json.ts';
import { keepRejectedCalls, keepUnreadable } from './keep-rejected.ts';
import { processCalls } from './process/calls.ts';
import { route } from './protocol.ts';
import { isRobotsCall } from './robots.ts';

/** Segment's limits for a batch. */
const MAX_BATCH_BYTES = 500 * 1024;
const MAX_BATCH = 2_500;
/** The context of a batch belongs to each of its calls: the two limits together would allow gigabytes. */
const MAX_MERGED_BYTES = 4 * 1024 * 1024;

const common = { method: 'POST', scope: 'events:write', status: 200, result: Result } as const;

const KEY =
  ' The write key is the user name of Basic authentication, or `writeKey` in the body: the public id of the account ' +
  'for websites and apps, whose calls have the rights of `/client/events`, or a private key with the scope ' +
  '`events:write` for servers. The body is JSON whatever its `Content-Type`.';
const STORED =
  ' The response is sent after everything is stored. A `messageId` is stored once per person and metric, for as long ' +
  'as its event is kept; with other content it is a conflict. Public calls get no duplicates and conflicts: they ' +
  'would show who is known.';

const Call = v.looseObject({});

/** Runs the calls of a request, unless a robot on a website sent them. */
const run = async (raw: readonly unknown[], sentAt: unknown, context: Context): Promise<Answered> => {
  if (isRobotsCall(raw, context)) return answerRobot(raw, context);
  const { outcomes, received } = await processCalls(raw, sentAt, context);
  const rejected = await keepRejectedCalls({ calls: raw, outcomes, sentAt }, context);
  const all = new Map([...received, ...[...rejected].map(([index, id]) => [index, receivedRejection(id)] as const)]);
  return { outcomes, receipts: await receiptsByCall(raw, all, context) };
};

const answerRobot = async (raw: readonly unknown[], context: Context): Promise<Answered> => ({
  outcomes: raw.map(() => 'accepted'),
  receipts: await receiptsOf(
    raw.map((call) => receivedOfRobot(isRecord(call) && isIdentity(call.type) ? 'profile' : 'event')),
    'segment',
    context,
  ),
});

const receiptsByCall = async (
  raw: readonly unknown[],
  received: ReadonlyMap<number, Received>,
  context: Context,
): Promise<(string | null)[]> => {
  const indexes = [...received.keys()];
  if (indexes.length === 0) return raw.map(() => null);
  const made = await receiptsOf([...received.values()], sourceOfCall('segment', context.caller), context);
  const byIndex = new Map(indexes.map((index, i) => [index, made[i]]));
  return raw.map((_, index) => byIndex.get(index) ?? null);
};

/** A route for one type of call: with Segment's name, or with the letter that browsers use. */
const callRoute = (type: CallType, path: `/v1/${string}`, what: string): Route =>
  route({
    ...common,
    path,
    summary: path === `/v1/${type}` ? `Segment: ${what}` : `Segment, for browsers: ${what}`,
    description: `A ${type} call of Segment's Tracking API.${KEY}${STORED}`,
    body: Call,
    maxBodyBytes: MAX_CALL_BYTES,
    // A call that the handler refuses is kept by itself.
    onRejected: async (request, context) => {
      return request.stage === 'decode' ? keepUnreadable(request, context) : {};
    },
    handle: async ({ body }, context) => runCall(body, type, context),
  });

export const runCall = async (body: Properties, type: CallType, context: Context) => {
  const call = { ...body, type };
  return answerCall(await run([call], undefined, context), call);
};

/** Its elements are checked one by one, since a wrong one does not concern the others. */
const Batch = v.looseObject({
  batch: v.pipe(
    v.custom<readonly unknown[]>(Array.isArray, 'A `batch` is a list of calls.'),
    v.minLength(1, 'A batch has at least one call.'),
    v.maxLength(
      MAX_BATCH,
      ({ input }) => `${input.length} calls; at most ${MAX_BATCH} are allowed in one batch. Nothing was stored.`,
    ),
  ),
});

const batchRoute = (path: `/v1/${string}`, summary: string): Route =>
  route({
    ...common,
    path,
    summary,
    description: `Up to ${MAX_BATCH} calls and ${MAX_BATCH_BYTES} bytes. A wrong call does not concern the others: the response lists it in \`rejected\`.${KEY}${STORED}`,
    body: Batch,
    maxBodyBytes: MAX_BATCH_BYTES,
    onRejected: keepUnreadable,

    async handle({ body }, context) {
      const calls = withSharedMembers(body);
      return answerBatch(await run(calls, body.sentAt, context), calls);
    },
  });

/** Each call has the `context` and `integrations` of its batch, unless it has the same member itself. */
const withSharedMembers = (body: v.InferOutput<typeof Batch>): readonly unknown[] => {
  const { batch } = body;
  const context = recordIn(body, 'context');
  if (Object.keys(context).length === 0) return batch;
  const bytes = writeJson(context)?.length ?? Number.POSITIVE_INFINITY;
  if (bytes * batch.length > MAX_MERGED_BYTES)
    throw new ApiError('invalid', {
      detail: `The context of the batch has ${bytes} bytes, for ${batch.length} calls. Send less of it, or fewer calls.`,
      source: { pointer: '/context' },
    });
  return batch.map((call) =>
    isRecord(call) ? { ...call, context: { ...context, ...recordIn(call, 'context') } } : call,
  );
};

export const routes: Readonly<Record<string, Route>> = {
  segmentTrack: callRoute('track', '/v1/track', 'record what a person did'),
  segmentTrackShort: callRoute('track', '/v1/t', 'record what a person did'),
  segmentIdentify: callRoute('identify', '/v1/identify', 'say who a person is'),
  segmentIdentifyShort: callRoute('identify', '/v1/i', 'say who a person is'),
  segmentPage: callRoute('page', '/v1/page', 'record the view of a page'),
  segmentPageShort: callRoute('page', '/v1/p', 'record the view of a page'),
  segmentScreen: callRoute('screen', '/v1/screen', 'record the view of a screen'),
  segmentScreenShort: callRoute('screen', '/v1/s', 'record the view of a screen'),
  segmentGroup: callRoute('group', '/v1/group', 'name the group of a person'),
  segmentGroupShort: callRoute('group', '/v1/g', 'name the group of a person'),
  segmentAlias: callRoute('alias', '/v1/alias', 'join two ids of a person'),
  segmentAliasShort: callRoute('alias', '/v1/a', 'join two ids of a person'),
  segmentBatch: batchRoute('/v1/batch', 'Segment: send several calls'),
  segmentBatchShort: batchRoute('/v1/b', 'Segment, for browsers: send several calls'),
  segmentImport: batchRoute('/v1/import', 'Segment, for Java: send several calls'),
};
