import type { DynamoDBRecord } from 'aws-lambda';
import { markErased } from '../../../functions/domains/erased/actions.ts';
import { countedAttributes, countedTypes } from '../../../functions/domains/receipts/counts/contributions.ts';
import { countChanges } from '../../../functions/domains/receipts/counts/count-changes.ts';
import type { CountedOutcome } from '../../../functions/domains/receipts/counts/labels.ts';
import { readCounts } from '../../../functions/domains/receipts/counts/read-counts.ts';
import { openReceipt } from '../../../functions/domains/receipts/token.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { openDynamo } from '../../../functions/platform/table/client/dynamo.ts';
import { openTable } from '../../../functions/platform/table/table.ts';
import { events } from '../../../functions/services/events.ts';
import { allServices } from '../../../functions/services.ts';
import { type Answer, startApp } from '../../support/app.ts';
import { startChanges } from '../../support/changes/changes.ts';
import { followTable } from '../../support/changes/follow-table.ts';
import { startFaultyProxy } from '../../support/faults/faults.ts';
import { tableEndpoint } from '../../support/table.ts';
import { bulk, event, group } from '../events/event-bodies.ts';
import { receiptIn } from './receipt-in.ts';

export type Tally = Partial<Record<CountedOutcome, number>>;

export const ERASED = 'erased@example.com';

const everything: ServiceDeclaration = {
  ...events,
  routes: Object.assign({}, ...allServices.map(({ routes }) => routes)),
};

/** The counting part of the archive's consumer. */
const counting: ServiceDeclaration = {
  name: 'counting',
  routes: {},
  triggers: [
    {
      on: 'change',
      kinds: ['inserted', 'updated'],
      types: countedTypes,
      images: 'after',
      attributes: countedAttributes,
      handle: countChanges,
    },
  ],
  uses: [],
};

/** A call as its sender makes it, and reads its answer. */
export interface Call {
  readonly send: () => Promise<Answer>;
  readonly outcomes: (answer: Answer) => Promise<readonly CountedOutcome[]>;
}

/** The API behind a network with faults, a writer and a counter that are killed, and the stream of the table. */
export const startTraffic = async (seed: number, random: () => number) => {
  const app = await startApp(everything);
  await markErased([{ kind: 'email', value: ERASED }], 'job', app.context());
  app.at('2026-01-01T00:05:00Z');
  const kinds = ['serverErrorLate', 'resetLate', 'serverError', 'throttled', 'partial', 'conflict'] as const;
  const proxy = await startFaultyProxy(tableEndpoint(), { seed, rate: 0.1, kinds });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const place = { endpoint: proxy.endpoint, region: 'us-east-1', credentials };
  const faulty = openTable(app.tableName, openDynamo(place));
  const changes = startChanges([counting], () => app.services);

  let requestsLeft = Number.POSITIVE_INFINITY;
  let hasDied = false;
  const die = (): never => {
    hasDied = true;
    throw new Error('killed');
  };
  app.watch(async (_, next) => {
    if (requestsLeft <= 0) die();
    requestsLeft -= 1;
    const isLast = requestsLeft === 0;
    const answer = await next();
    // It dies before or after the request takes effect.
    if (isLast && random() < 0.5) die();
    return answer;
  });

  const table = followTable(app);
  const records: DynamoDBRecord[] = [];

  return {
    ...app,
    changes,
    records,
    scan: table.scan,
    /** Sends a call over the faulty network, or to a process that dies after some requests. */
    attempt: async ({ send }: Call): Promise<Answer> => {
      const isKilled = random() < 0.3;
      requestsLeft = isKilled ? 1 + Math.floor(random() * 8) : Number.POSITIVE_INFINITY;
      hasDied = false;
      app.serveWith(isKilled ? {} : { table: faulty });
      const answer = await send();
      requestsLeft = Number.POSITIVE_INFINITY;
      // A process that is dead answers nothing, whatever the code makes of the error.
      return hasDied ? { ...answer, status: 502 } : answer;
    },
    /** The changes of the table since the last time, in the form of the stream. */
    follow: async (): Promise<readonly DynamoDBRecord[]> => {
      const found = await table.records();
      records.push(...found);
      return found;
    },
    /** One round of the counter, whose process may die. */
    count: async (isKilled: boolean): Promise<number> => {
      requestsLeft = isKilled ? Math.floor(random() * 3) : Number.POSITIVE_INFINITY;
      const failures = await changes.work(counting);
      requestsLeft = Number.POSITIVE_INFINITY;
      return failures;
    },
    counts: async (): Promise<Tally> => {
      const sum: Tally = {};
      const range = { from: '2026-01-01T00', until: '2026-01-04T00' };
      for await (const ofHour of readCounts(range, app.context()))
        for (const { outcome, count } of ofHour) sum[outcome] = (sum[outcome] ?? 0) + count;
      return sum;
    },
    stop: () => proxy.stop(),
    calls: callsOf(app),
  };
};

type App = Awaited<ReturnType<typeof startApp>>;

/** What senders do, by random: few people and ids, so that much is repeated. */
const callsOf = (app: App) => {
  const client = { authorization: '' };
  const basic = { authorization: `Basic ${Buffer.from(`${app.key}:`).toString('base64')}` };
  const open = { authorization: `Basic ${Buffer.from(`${app.account}:`).toString('base64')}` };
  const ofReceipts = async (receipts: readonly (string | null)[]) => {
    const contents = [];
    for (const receipt of receipts) if (receipt !== null) contents.push(await openReceipt(receipt, app.context()));
    return contents.flatMap((one) => one?.outcome ?? []);
  };
  const single = async (answer: Answer): Promise<readonly CountedOutcome[]> =>
    answer.status === 400 ? ['rejected'] : ofReceipts([receiptIn(answer)]);
  const ofJob = async ({ headers }: Answer): Promise<readonly CountedOutcome[]> => {
    app.serveWith({});
    const { body } = await app.get(`/api/event-bulk-create-jobs/${headers['Tributary-Job']}`);
    const outcomes: Readonly<Record<string, number>> = body.data.attributes.outcomes;
    return Object.entries(outcomes).flatMap(([outcome, n]) =>
      Array.from({ length: n }, () => outcome as CountedOutcome),
    );
  };
  const ofSegment = async ({ body }: Answer): Promise<readonly CountedOutcome[]> => {
    const invalid = body.rejected.filter(({ code }: { code: string }) => code === 'invalid');
    const others = (await ofReceipts(body.receipts)).filter((outcome) => outcome !== 'rejected');
    return [...others, ...invalid.map(() => 'rejected' as const)];
  };
  return {
    single: (of: Parameters<typeof event>[0], isPublic: boolean): Call => ({
      send: () =>
        isPublic
          ? app.post(`/client/events?company_id=${app.account}`, event(of), client)
          : app.post('/api/events', event(of)),
      outcomes: single,
    }),
    bulk: (people: readonly (readonly [string, readonly object[]])[]): Call => ({
      send: () => app.post('/api/event-bulk-create-jobs', bulk(people.map(([email, all]) => group({ email }, all)))),
      outcomes: ofJob,
    }),
    publicBulk: (email: string, all: readonly object[]): Call => ({
      send: () =>
        app.post(`/client/event-bulk-create?company_id=${app.account}`, { data: group({ email }, all) }, client),
      outcomes: ofJob,
    }),
    segment: (batch: readonly object[], isPublic: boolean): Call => ({
      send: () => app.post('/v1/batch', { batch }, isPublic ? open : basic),
      outcomes: ofSegment,
    }),
  };
};
