import { inParallel } from '../../../functions/platform/parallel.ts';
import { definition } from '../../../functions/platform/table/definition.ts';
import { type Check, Failure } from '../session/check.ts';
import { outputOf } from '../session/deployment.ts';
import { drop, expectCounts, finishedImports } from '../session/imports.ts';
import { functionMetrics, sums, sumsOf, tableMetrics } from '../session/metrics.ts';
import { accountOf, testEmail } from '../session/session.ts';

const PATIENCE_SECONDS = 900;

export const load: Check = {
  name: 'load',
  claim: 'many files of new people at once are imported completely',
  after: ['account'],
  run: async (session) => {
    const { runId, sizes } = session;
    const dropped = Array.from({ length: sizes.files }, (_, file) => ({
      key: `profiles/${accountOf(session)}/smoke ${runId} load ${file}.csv`,
      body: `Email\n${Array.from({ length: sizes.people }, (_, i) => testEmail(session, `${file}-${i}`)).join('\n')}\n`,
    }));
    const began = Date.now();
    await inParallel(dropped, 10, (file) => drop(file, session));
    const keys = dropped.map(({ key }) => key);
    for (const job of await finishedImports(keys, session, PATIENCE_SECONDS))
      expectCounts(job, { created: sizes.people, failed: 0 });
    const rows = sizes.files * sizes.people;
    const perSecond = Math.round(rows / ((Date.now() - began) / 1_000));
    return { seen: `${sizes.files} files of ${sizes.people} people, ${perSecond} rows a second` };
  },
  advice:
    'A failed import continues from its checkpoint: npm run admin -- imports retry <id>. Check throttled-functions and throttled-table: a new table takes 4,000 writes a second, and a new account runs 10 functions at once.',
};

export const throttledFunctions: Check = {
  name: 'throttled-functions',
  claim: 'no function was throttled',
  needs: [functionMetrics],
  run: async (session) => {
    const throttled = await sumsOf('Throttles', session);
    const said = throttled.map(({ id, sum }) => `${id} ${sum} times`).join(', ');
    if (throttled.some(({ id }) => /http/i.test(id))) throw new Failure(`Callers got 503: ${said}`);
    if (throttled.length === 0) return { seen: 'no Throttles' };
    return { seen: said, warning: 'Workers waited for concurrency. Nothing is lost, and imports take longer.' };
  },
  advice: 'Request more concurrency (Service Quotas, L-B99A9384), or import fewer files at once (importsConcurrency).',
};

export const throttledTable: Check = {
  name: 'throttled-table',
  claim: 'the table and its indexes were not throttled',
  needs: [tableMetrics],
  run: async (session) => {
    const table = [{ Name: 'TableName', Value: outputOf(session.deployment, 'TableName') }];
    const places = [
      { id: 'table', Dimensions: table },
      ...Object.keys(definition.indexes).map((index) => ({
        id: index,
        Dimensions: [...table, { Name: 'GlobalSecondaryIndexName', Value: index }],
      })),
    ];
    const asked = places.flatMap(({ id, Dimensions }) =>
      ['ReadThrottleEvents', 'WriteThrottleEvents'].map((MetricName) => ({
        id: `${MetricName} of ${id}`,
        Namespace: 'AWS/DynamoDB',
        MetricName,
        Dimensions,
      })),
    );
    const throttled = await sums(asked, session);
    if (throttled.length === 0) return { seen: 'no throttled reads or writes' };
    // A new table throttles while it grows; the run passes if `load` completed.
    return {
      seen: throttled.map(({ id, sum }) => `${sum} ${id}`).join(', '),
      warning: 'DynamoDB throttled writes. A new or idle table takes 4,000 writes a second, and grows by itself.',
    };
  },
  advice: 'Your credentials need cloudwatch:GetMetricData and cloudwatch:ListMetrics.',
};
