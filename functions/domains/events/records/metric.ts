import * as v from 'valibot';
import { hashOf } from './event-id.ts';

export const DEFAULT_SERVICE = 'api';

/** A kind of event. It is made by the first event that names it. */
export const Metric = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  service: v.string(),
  createdAt: v.string(),
});
export type Metric = v.InferOutput<typeof Metric>;

/** Many events in a row are of a few metrics. */
const ids = new Map<string, string>();
const MAX_IDS = 1_000;

/** Follows from service and name, so that nothing has to be read to know it. */
export const metricIdOf = ({ service, name }: Pick<Metric, 'service' | 'name'>): string => {
  const label = `${service.length} ${service}${name}`;
  const known = ids.get(label);
  if (known !== undefined) return known;
  if (ids.size >= MAX_IDS) ids.clear();
  const id = hashOf('metric', service, name);
  ids.set(label, id);
  return id;
};

/** What clients show as the source of a metric. */
export const integrationOf = (service: string) => ({
  object: 'integration' as const,
  id: hashOf('integration', service),
  key: service,
  name: service === DEFAULT_SERVICE ? 'API' : service,
  category: service === DEFAULT_SERVICE ? 'API' : 'Custom',
});
