import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { serveHttp } from '../../functions/platform/http/serve.ts';
import { events } from '../../functions/services/events.ts';
import { eventCost } from './cost.ts';
import { cpuMs, type Figure, leastInTurns } from './figure.ts';
import { inParallel, startSink } from './local-sink.ts';
import { attributes, eventRequest, profile, request } from './request.ts';

const SINGLES = 2_000;
/** Of each of whom a request has as many events. */
const PEOPLE = 50;
const WIDTH = 20;
const ROUNDS = 4;

/** Processor time of an event in the whole handler as a multiple of the bare SDK's put of the same item. */
export const eventCpu = async (): Promise<Figure[]> => {
  const { endpoint, services, stop } = await startSink();
  try {
    const handler = serveHttp(events, () => services);
    const post = async (event: ReturnType<typeof request>) => {
      const { statusCode } = await handler(event, {} as never);
      if (statusCode !== 202) throw new Error(`${event.rawPath} answered ${statusCode}.`);
    };
    const postCalls = async (event: ReturnType<typeof request>) => {
      const { statusCode, body } = await handler(event, {} as never);
      if (statusCode !== 200 || !body?.includes('"rejected":[]'))
        throw new Error(`${event.rawPath} answered ${statusCode}, or rejected a call.`);
    };
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint }));
    const bare = (i: number) =>
      documents.send(
        new PutCommand({ TableName: 'bench', Item: item(i), ConditionExpression: 'attribute_not_exists(pk)' }),
      );
    const single = (i: number) => post(eventRequest(i));
    let sent = 0;
    const batch = (events: number) => async () => {
      sent += PEOPLE * events;
      await post(request('/api/event-bulk-create-jobs', bulk(sent, events)));
    };
    const batchMs = async ({ events, requests }: { readonly events: number; readonly requests: number }) =>
      (await cpuMs(() => inParallel(requests, 1, batch(events)))) / (requests * events * PEOPLE);

    const segmentBatch = async () => {
      sent += PEOPLE;
      await postCalls(request('/v1/batch', calls(sent)));
    };
    const SEGMENT_BATCHES = 40;

    await inParallel(200, WIDTH, bare);
    await inParallel(200, WIDTH, single);
    const [perBare, perSingle, ofFifty, ofThousand, ofSegment] = await leastInTurns(ROUNDS, [
      async () => (await cpuMs(() => inParallel(SINGLES, WIDTH, bare))) / SINGLES,
      async () => (await cpuMs(() => inParallel(SINGLES, WIDTH, single))) / SINGLES,
      () => batchMs({ events: 1, requests: 40 }),
      () => batchMs({ events: 20, requests: 3 }),
      async () => (await cpuMs(() => inParallel(SEGMENT_BATCHES, 1, segmentBatch))) / (SEGMENT_BATCHES * PEOPLE),
    ]);
    const unit = '× bare SDK put';
    const cost = await eventCost({ singleMs: perSingle, batchedMs: ofFifty });
    return [
      { name: 'cpu.event.bare', value: perBare, unit: 'ms', better: 'lower' },
      { name: 'cpu.event.single', value: perSingle / perBare, unit, better: 'lower', aim: 1.3 },
      { name: 'cpu.event.batch50', value: ofFifty / perBare, unit, better: 'lower' },
      { name: 'cpu.event.batch1000', value: ofThousand / perBare, unit, better: 'lower', aim: 0.6 },
      {
        name: 'cpu.event.segment50',
        value: ofSegment / ofFifty,
        unit: '× an event of batch50',
        better: 'lower',
      },
      ...cost,
    ];
  } finally {
    stop();
  }
};

const bulk = (first: number, events: number) => ({
  data: {
    type: 'event-bulk-create-job',
    attributes: {
      'events-bulk-create': {
        data: Array.from({ length: PEOPLE }, (_, p) => ({
          type: 'event-bulk-create',
          attributes: {
            profile: profile(p),
            events: {
              data: Array.from({ length: events }, (_, e) => ({
                type: 'event',
                attributes: attributes(first + p * events + e),
              })),
            },
          },
        })),
      },
    },
  },
});

/** The same events as calls of Segment's. */
const calls = (first: number) => ({
  writeKey: `pk_Bench1_${'a'.repeat(40)}`,
  batch: Array.from({ length: PEOPLE }, (_, p) => {
    const { properties, time, value } = attributes(first + p);
    return {
      type: 'track',
      event: 'Order Completed',
      userId: `p${p}`,
      messageId: `m${first + p}`,
      timestamp: time,
      context: { traits: { email: `p${p}@example.com` } },
      properties: { ...properties, revenue: value },
    };
  }),
});

const item = (i: number) => ({
  pk: 'A#Bench1#P#01JZZZZZZZZZZZZZZZZZZZZZZZ',
  sk: `EVENT#${new Date(1_750_000_000_000 + i).toISOString()}#${i}`,
  gsi1pk: 'A#Bench1#M#abcdef#0',
  gsi1sk: `${i}`,
  type: 'event',
  ...attributes(i),
});
