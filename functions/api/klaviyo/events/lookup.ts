import type { Context } from '../../../domains/accounts/context.ts';
import { lastEventTimes } from '../../../domains/events/actions.ts';
import type { Event } from '../../../domains/events/records/event.ts';
import { parseEventId } from '../../../domains/events/records/event-id.ts';
import type { Metric } from '../../../domains/events/records/metric.ts';
import { events, metrics } from '../../../domains/events/records/store.ts';
import { personOf, readProfiles, readProfilesById } from '../../../domains/profiles/records/resolve.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import type { Resource } from '../../../platform/http/response/jsonapi.ts';
import { metricView } from '../views/metric.ts';
import { profileView } from '../views/profile.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** Finds an event by its id, or throws a 404. */
export const getEvent = async (id: string, { account, table }: Deps): Promise<Event> => {
  const place = parseEventId(id);
  const event = place && (await table.get(events, { account, ...place }));
  if (!event) throw new ApiError('not_found', { detail: `There is no event ${id.slice(0, 100)}.` });
  return event;
};

/** Finds the current owners of events. If the stored profile was merged, the owner is its destination. */
export const readOwners = async (events: readonly Event[], context: Deps): Promise<Owners> => {
  const ids = [...new Set(events.map(({ profileId }) => profileId))];
  const profileById = await readProfilesById(ids, context);
  return (profileId) => profileById.get(profileId)?.id ?? profileId;
};
type Owners = (profileId: string) => string;

/** Finds a metric by its id, or throws a 404 that points to its place in the body. */
export const getMetric = async (id: string, { account, table }: Deps, pointer?: string): Promise<Metric> => {
  const metric = id.length > 64 ? undefined : await table.get(metrics, { account, id });
  const source = pointer === undefined ? {} : { source: { pointer } };
  if (!metric) throw new ApiError('not_found', { detail: `There is no metric ${id.slice(0, 64)}.`, ...source });
  return metric;
};

/** Loads the resources to include with events. Undefined if none were requested. */
export const loadIncluded = async (
  events: readonly Event[],
  { include, fields }: Selection,
  context: Pick<Context, 'account' | 'table' | 'origin'>,
): Promise<Resource[] | undefined> => {
  if (include.length === 0) return undefined;
  const { account, table } = context;
  const requestedIds = (name: string, idOf: (event: Event) => string): string[] =>
    include.includes(name) ? [...new Set(events.map(idOf))] : [];
  const [profiles, metricItems] = await Promise.all([
    readProfiles(
      requestedIds('profile', ({ profileId }) => profileId),
      context,
    ),
    table.getMany(
      metrics,
      requestedIds('metric', ({ metricId }) => metricId).map((id) => ({ account, id })),
    ),
  ]);
  const includesLastEvent = fields.profile?.includes('last_event_date') ?? true;
  const lastTimes = includesLastEvent ? await lastEventTimes(profiles.map(personOf), context) : undefined;
  return [
    ...metricItems.flatMap((metric) => (metric ? [metricView.show(metric, context, fields)] : [])),
    ...profiles.map((profile) => profileView(profile, { fields, lastEventDate: lastTimes?.get(profile.id) }, context)),
  ];
};
