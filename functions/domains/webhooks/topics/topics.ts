import { ApiError } from '../../../platform/errors.ts';
import type { Context } from '../../accounts/context.ts';
import type { Consent } from '../../consent/records/consent.ts';
import { metricCaps } from '../../events/records/ensure-metrics.ts';
import { DEFAULT_SERVICE, type Metric } from '../../events/records/metric.ts';
import { METRICS, metrics, metricsPk } from '../../events/records/store.ts';

/** A kind of change that a webhook can report. */
export interface Topic {
  readonly id: string;
  /** What a person reads. */
  readonly name: string;
}

const channels = ['email', 'sms', 'whatsapp', 'push', 'sharing'] as const;

/** Klaviyo's names, where the change is one that happens here. */
const klaviyoTopics = ['email', 'sms'].flatMap((channel) => [
  `event:klaviyo.subscribed_to_${channel}_marketing`,
  `event:klaviyo.unsubscribed_from_${channel}_marketing`,
]);

const fixedTopics: readonly string[] = [
  'event.created',
  'profile.created',
  'profile.updated',
  'profile.merged',
  'profile.deleted',
  'consent.changed',
  ...channels.map((channel) => `consent.changed:${channel}`),
  'list.member_added',
  'list.member_removed',
  'import.finished',
  ...klaviyoTopics,
];

/** The topics of a change of consent. */
export const consentTopics = ({
  channel,
  purpose,
  status,
}: Pick<Consent, 'channel' | 'purpose' | 'status'>): readonly string[] => {
  const verb = status === 'SUBSCRIBED' ? 'subscribed_to' : 'unsubscribed_from';
  const klaviyoName = `event:klaviyo.${verb}_${channel}_marketing`;
  const hasName = purpose === 'marketing' && status !== 'NEVER_SUBSCRIBED' && klaviyoTopics.includes(klaviyoName);
  return ['consent.changed', `consent.changed:${channel}`, ...(hasName ? [klaviyoName] : [])];
};

const METRIC_TOPIC = 'event.created:';

/** The topic of the events of one metric. */
export const metricTopic = (metricId: string): string => `${METRIC_TOPIC}${metricId}`;

const toTopic = ({ id, name, service }: Metric): Topic => ({
  id: metricTopic(id),
  name: service === DEFAULT_SERVICE ? name : `${name} (${service})`,
});

/** `list.member_added` becomes `list member added`. */
const fixedTopic = (id: string): Topic => ({ id, name: id.replace('event:klaviyo.', '').replaceAll(/[._:]/g, ' ') });

/** All topics: the fixed ones, and one for each metric. */
export const readAllTopics = async ({ account, table }: Pick<Context, 'account' | 'table'>): Promise<Topic[]> => {
  const range = { pk: metricsPk(account), prefix: METRICS, limit: metricCaps.trusted };
  const metricTopics = (await table.queryOf(metrics, range)).map(toTopic);
  return [...fixedTopics.map(fixedTopic), ...metricTopics];
};

/** Finds topics by their ids. Unknown ones are left out. */
export const findTopics = async (
  ids: readonly string[],
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<ReadonlyMap<string, Topic>> => {
  const metricIds = [...new Set(ids)].flatMap((id) =>
    id.startsWith(METRIC_TOPIC) ? [id.slice(METRIC_TOPIC.length)] : [],
  );
  const found = await table.getMany(
    metrics,
    metricIds.map((id) => ({ account, id })),
  );
  const topics = [...fixedTopics.map(fixedTopic), ...found.flatMap((metric) => (metric ? [toTopic(metric)] : []))];
  const known = new Map(topics.map((topic) => [topic.id, topic]));
  return new Map(
    ids.flatMap((id) => {
      const topic = known.get(id);
      return topic ? [[id, topic]] : [];
    }),
  );
};

export const getTopic = async (id: string, context: Pick<Context, 'account' | 'table'>): Promise<Topic> => {
  const topic = (await findTopics([id], context)).get(id);
  if (!topic) throw new ApiError('not_found', { detail: `There is no webhook topic ${id.slice(0, 64)}.` });
  return topic;
};
