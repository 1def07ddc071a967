import * as v from 'valibot';
import { definition } from '../../../platform/table/definition.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { eventRecord } from '../../events/personal-data/event-record.ts';
import { toArchivedEvent } from '../../events/records/archived-event.ts';
import { metricCaps } from '../../events/records/ensure-metrics.ts';
import { DEFAULT_SERVICE, type Metric } from '../../events/records/metric.ts';
import { METRICS, metricPartitions, metrics, metricsPk, events as stored } from '../../events/records/store.ts';
import { exportColumns } from '../../imports/columns/export-columns.ts';
import { events as importKind } from '../../imports/kinds/events.ts';
import { readProfilesById } from '../../profiles/records/resolve.ts';
import { isImportable, PersonRecord, personRecord } from './person.ts';
import { readsPropertyBack } from './reads-back.ts';
import type { RecordPage, Source, SourceDeps } from './source.ts';

/** An event may have 350 KB. */
const PAGE = 100;

const columns = [
  'Timestamp',
  'Person//Email',
  'Person//Phone',
  'Person//ID',
  'Metric',
  '$event_id',
  '$value',
  '$value currency',
  exportColumns.service,
];

const EventRecord = v.object({
  time: v.string(),
  metric: v.nullable(v.string()),
  service: v.nullable(v.string()),
  value: v.nullable(v.number()),
  value_currency: v.nullable(v.string()),
  unique_id: v.nullable(v.string()),
  properties: v.unknown(),
  profile: PersonRecord,
});

/** Stored events, metric by metric, each metric by shard and time. */
export const events: Source = {
  columns,
  readsBack: readsPropertyBack(importKind, columns, {
    Timestamp: '2026-01-01T00:00:00Z',
    'Person//Email': 'a@example.com',
    Metric: 'Viewed',
  }),

  async *read(behind, context) {
    const { account, table } = context;
    const all = await table.queryOf(metrics, { pk: metricsPk(account), prefix: METRICS, limit: metricCaps.trusted });
    for (const metric of all) {
      for (const [shard, pk] of metricPartitions(account, metric.id).entries()) {
        const at = `${metric.id} ${String(shard).padStart(3, '0')} `;
        const isDone = behind !== undefined && at < behind && !behind.startsWith(at);
        if (isDone) continue;
        const after = behind?.startsWith(at) ? behind.slice(at.length) : undefined;
        for await (const { records, place } of readPartition({ pk, metric, after }, context))
          yield { records, place: `${at}${place}` };
      }
    }
  },

  toRow(item) {
    const { profile, ...event } = v.parse(EventRecord, item);
    if (!isImportable(profile)) return undefined;
    const cells = {
      Timestamp: event.time,
      'Person//Email': profile.email ?? '',
      'Person//Phone': profile.phone_number ?? '',
      'Person//ID': profile.external_id ?? '',
      Metric: event.metric ?? '',
      $event_id: event.unique_id ?? '',
      $value: event.value === null ? '' : String(event.value),
      '$value currency': event.value_currency ?? '',
      [exportColumns.service]: event.service === DEFAULT_SERVICE ? '' : (event.service ?? ''),
    };
    return { cells, properties: event.properties };
  },
};

interface Partition {
  readonly pk: string;
  readonly metric: Metric;
  readonly after: string | undefined;
}

async function* readPartition({ pk, metric, ...from }: Partition, context: SourceDeps): AsyncGenerator<RecordPage> {
  const { table } = context;
  let { after } = from;
  for (;;) {
    const keys = await table.query({ index: 'gsi1', pk, limit: PAGE, ...(after !== undefined && { after }) });
    const last = keys.at(-1)?.gsi1sk;
    if (last === undefined) return;
    after = String(last);
    const items = await table.getItems(keys.map((key) => ({ pk: String(key.pk), sk: String(key[definition.sk]) })));
    yield { records: await eventRecords(items, metric, context), place: after };
    if (keys.length < PAGE) return;
  }
}

const eventRecords = async (
  items: readonly (Item | undefined)[],
  metric: Metric,
  context: SourceDeps,
): Promise<Item[]> => {
  const found = items.flatMap((item) => (item ? [stored.fromItem(item)] : []));
  const profileById = await readProfilesById([...new Set(found.map(({ profileId }) => profileId))], context);
  return found.flatMap((event) => {
    const profile = profileById.get(event.profileId);
    if (!profile) return [];
    return [
      {
        ...eventRecord(toArchivedEvent(event, metric)),
        profile: { id: profile.id, ...personRecord(profile), anonymous_ids: profile.anonymous_ids ?? [] },
      },
    ];
  });
};
