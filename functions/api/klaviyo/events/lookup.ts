import type { Context } from '../../../domains/accounts/context.ts';
import { lastEventTimes } from '../../../domains/events/actions.ts';
import type { Event } from '../../../domains/events/records/event.ts';
import { placeOf } from '../../../domains/events/records/identity.ts';
import type { Metric } from '../../../domains/events/records/metric.ts';
import { events, metrics } from '../../../domains/events/records/store.ts';
import { personOf, readProfiles, readProfilesById } from '../../../domains/profiles/records/resolve.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import type { Resource } from '../../../platform/http/response/jsonapi.ts';
import { metricView } from '../views/metric.ts';
import { viewOf } from '../views/profile.ts';

type Deps = Pick<Context, 'account' | 'table'>;

/** One event by its id, or a 404. */
export const findEvent = async (id: string, { account, table }: Deps): Promise<Event> => {
  const place = placeOf(id);
  const event = place && (await table.get(events, { account, ...place }));
  if (!event) throw new ApiError('not_found', { detail: `There is no event ${id.slice(0, 100)}.` });
  return event;
};

/**
 * Whose events are now, by the profile that each stands under: one that was merged away is the one that it is now.
 */
export const ownersOf = async (given: readonly Event[], context: Deps): Promise<Owners> => {
  const ids = [...new Set(given.map(({ profileId }) => profileId))];
  const found = await readProfilesById(ids, context);
  return (profileId) => found.get(profileId)?.id ?? profileId;
};
type Owners = (profileId: string) => string;

/** One metric by its id, or a 404 that points at where a body names it. */
export const findMetric = async (id: string, { account, table }: Deps, pointer?: string): Promise<Metric> => {
  const metric = id.length > 64 ? undefined : await table.get(metrics, { account, id });
  const source = pointer === undefined ? {} : { source: { pointer } };
  if (!metric) throw new ApiError('not_found', { detail: `There is no metric ${id.slice(0, 64)}.`, ...source });
  return metric;
};

/** The resources that some events are asked to be sent with; `undefined` where none were asked for. */
export const includedWith = async (
  given: readonly Event[],
  { include, fields }: Selection,
  context: Pick<Context, 'account' | 'table' | 'origin'>,
): Promise<Resource[] | undefined> => {
  if (include.length === 0) return undefined;
  const { account, table } = context;
  const asked = (name: string, idOf: (event: Event) => string): string[] =>
    include.includes(name) ? [...new Set(given.map(idOf))] : [];
  const [profiles, kinds] = await Promise.all([
    readProfiles(
      asked('profile', ({ profileId }) => profileId),
      context,
    ),
    table.getMany(
      metrics,
      asked('metric', ({ metricId }) => metricId).map((id) => ({ account, id })),
    ),
  ]);
  const wantsLast = fields.profile?.includes('last_event_date') ?? true;
  const last = wantsLast ? await lastEventTimes(profiles.map(personOf), context) : undefined;
  return [
    ...kinds.flatMap((metric) => (metric ? [metricView.show(metric, context, fields)] : [])),
    ...profiles.map((profile) => viewOf(profile, { fields, lastEventDate: last?.get(profile.id) }, context)),
  ];
};
