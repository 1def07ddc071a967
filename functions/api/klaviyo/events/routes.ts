import * as v from 'valibot';
import { getProfile } from '../../../domains/profiles/records/resolve.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  linkTo,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { metricView } from '../views/metric.ts';
import { ProfileView } from '../views/profile.ts';
import { profileQueryOptions, profileResource } from '../views/profile-resources.ts';
import { listEvents } from './listing.ts';
import { getMetric, getEvent as getStoredEvent, loadIncluded, readOwners } from './lookup.ts';
import { EventView, eventView } from './view.ts';

const comparisons = ['greater-than', 'greater-or-equal', 'less-than', 'less-or-equal'] as const;
const relatedTypes = ['attributions', 'metric', 'profile'];
const fields = { event: EventView, metric: metricView.schema, profile: ProfileView, attribution: v.object({}) };

const relationshipSchema = (type: string) =>
  v.object({
    data: v.object({ type: v.literal(type), id: v.string() }),
    links: v.object({ self: v.string(), related: v.string() }),
  });

export const getEvents = route({
  method: 'GET',
  path: '/api/events',
  summary: 'List events',
  description:
    'Newest first. Events of a profile are read with strong consistency; events of a metric appear a moment ' +
    'after they are stored. Without `metric_id` and `profile_id`, the events of all metrics are merged, up to ' +
    '100 metrics; with more, name them. With both filters, at most 2,000 events of the person are searched for ' +
    'a page. So a page may be short and still have a next page, also if events are very large. Attributions ' +
    'are always empty.',
  scope: 'events:read',
  status: 200,
  reading: {
    filters: {
      metric_id: { operators: ['equals', 'any'] },
      profile_id: { operators: ['equals'] },
      profile: { operators: ['has'] },
      metric: { operators: ['has'] },
      datetime: { operators: comparisons, value: 'time' },
      timestamp: { operators: comparisons, value: ['number', 'time'] },
    },
    sorts: ['datetime', 'timestamp'],
    include: relatedTypes,
    fields,
    page: { default: 200, max: 1_000 },
  },
  result: collectionSchema('event', EventView),

  async handle({ selection }, context) {
    const page = await listEvents(selection, context);
    const ownerOf = await readOwners(page.items, context);
    const items = page.items.map((event) => eventView(event, ownerOf(event.profileId), context, selection.fields));
    return collectionDocument({ ...page, items }, context, await loadIncluded(page.items, selection, context));
  },
});

export const getEvent = route({
  method: 'GET',
  path: '/api/events/{id}',
  summary: 'Get an event',
  scope: 'events:read',
  status: 200,
  reading: { include: relatedTypes, fields },
  result: documentSchema('event', EventView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const event = await getStoredEvent(params.id, context);
    const owner = (await readOwners([event], context))(event.profileId);
    return resourceDocument(
      eventView(event, owner, context, selection.fields),
      await loadIncluded([event], selection, context),
    );
  },
});

export const getMetricForEvent = route({
  method: 'GET',
  path: '/api/events/{id}/metric',
  summary: 'Get the metric of an event',
  scope: 'events:read',
  status: 200,
  reading: { fields: { metric: metricView.schema } },
  result: documentSchema('metric', metricView.schema),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const { metricId } = await getStoredEvent(params.id, context);
    return resourceDocument(metricView.show(await getMetric(metricId, context), context, selection.fields));
  },
});

export const getMetricIdForEvent = route({
  method: 'GET',
  path: '/api/events/{id}/relationships/metric',
  summary: 'Get the id of the metric of an event',
  scope: 'events:read',
  status: 200,
  result: relationshipSchema('metric'),
  errors: ['not_found'],

  async handle({ params }, context) {
    const { metricId } = await getStoredEvent(params.id, context);
    return linkageDocument('metric', metricId, params.id, context.origin);
  },
});

export const getProfileForEvent = route({
  method: 'GET',
  path: '/api/events/{id}/profile',
  summary: 'Get the profile of an event',
  scope: 'events:read',
  status: 200,
  reading: profileQueryOptions,
  result: documentSchema('profile', ProfileView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const { profileId } = await getStoredEvent(params.id, context);
    return resourceDocument(await profileResource(await getProfile(profileId, context), selection, context));
  },
});

export const getProfileIdForEvent = route({
  method: 'GET',
  path: '/api/events/{id}/relationships/profile',
  summary: 'Get the id of the profile of an event',
  scope: 'events:read',
  status: 200,
  result: relationshipSchema('profile'),
  errors: ['not_found'],

  async handle({ params }, context) {
    const event = await getStoredEvent(params.id, context);
    const owner = (await readOwners([event], context))(event.profileId);
    return linkageDocument('profile', owner, params.id, context.origin);
  },
});

const linkageDocument = (type: string, id: string, eventId: string, origin: string): object => {
  const event = linkTo(origin, '/api/events', eventId);
  return { data: { type, id }, links: { self: `${event}relationships/${type}/`, related: `${event}${type}/` } };
};
