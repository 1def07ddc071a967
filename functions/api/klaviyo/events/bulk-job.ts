import type { Context } from '../../../domains/accounts/context.ts';
import type { EventDraft } from '../../../domains/events/draft.ts';
import type { IngestedEvent } from '../../../domains/events/ingest.ts';
import { parseEventId } from '../../../domains/events/records/event-id.ts';
import { metricIdOf } from '../../../domains/events/records/metric.ts';
import { keepEventJob } from '../../../domains/receipts/jobs/actions.ts';
import type { Source } from '../../../domains/receipts/source.ts';

const JOB = 'Tributary-Job';

/** For the `headers` of a route that receives many events. */
export const jobHeaderDescription = {
  [JOB]: 'The id of the job of these events: `GET /api/event-bulk-create-jobs/{id}` says what became of each.',
};

export const jobHeader = (id: string): Record<string, string> => ({ [JOB]: id });

/** Stores what became of the events of a bulk call. Returns the header with the id of the job. */
export const keepJob = async (
  { drafts, ingested }: { readonly drafts: readonly EventDraft[]; readonly ingested: readonly IngestedEvent[] },
  source: Source,
  context: Pick<Context, 'account' | 'table' | 'now' | 'newId'>,
): Promise<Record<string, string>> => {
  const results = drafts.map(({ metric }, index) => {
    const one = ingested[index] ?? { outcome: 'erased' };
    const place = one.outcome === 'erased' ? undefined : parseEventId(one.id);
    return { outcome: one.outcome, metricId: metricIdOf(metric), place };
  });
  return jobHeader(await keepEventJob(results, source, context));
};
