import * as v from 'valibot';
import { hashOf } from './identity.ts';

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

/** Follows from service and name, so that nothing has to be read to know it. */
export const metricIdOf = ({ service, name }: Pick<Metric, 'service' | 'name'>): string =>
  hashOf('metric', service, name);

/** What clients show as the source of a metric. */
export const integrationOf = (service: string) => ({
  object: 'integration',
  id: hashOf('integration', service),
  key: service,
  name: service === DEFAULT_SERVICE ? 'API' : service,
  category: service === DEFAULT_SERVICE ? 'API' : 'Custom',
});
