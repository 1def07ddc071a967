import * as v from 'valibot';
import { hashOf } from './event-id.ts';

export const DEFAULT_SERVICE = 'api';

/** A kind of event. The first event with its name creates it. */
export const Metric = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  service: v.string(),
  createdAt: v.string(),
});
export type Metric = v.InferOutput<typeof Metric>;

/** Caches ids, since most events have one of a few metrics. */
const ids = new Map<string, string>();
const MAX_IDS = 1_000;

/** The id is a hash of service and name, so that no request is needed to look it up. */
export const metricIdOf = ({ service, name }: Pick<Metric, 'service' | 'name'>): string => {
  const label = `${service.length} ${service}${name}`;
  const known = ids.get(label);
  if (known !== undefined) return known;
  if (ids.size >= MAX_IDS) ids.clear();
  const id = hashOf('metric', service, name);
  ids.set(label, id);
  return id;
};

/** The integration that clients show as the source of a metric. */
export const integrationOf = (service: string) => ({
  object: 'integration' as const,
  id: hashOf('integration', service),
  key: service,
  name: service === DEFAULT_SERVICE ? 'API' : service,
  category: service === DEFAULT_SERVICE ? 'API' : 'Custom',
});
