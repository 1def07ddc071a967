import { parseEventId } from '../../../functions/domains/events/records/event-id.ts';
import { EVENTS, events as stored, timelinePk } from '../../../functions/domains/events/records/store.ts';
import type { startApp } from '../../support/app.ts';

export const metric = (name: string, service?: string) => ({
  data: { type: 'metric', attributes: { name, ...(service && { service }) } },
});

export const profile = (attributes: object, id?: string) => ({
  data: { type: 'profile', ...(id && { id }), attributes },
});

const ada = { email: 'ada@example.com' };

/** The body of one event of Ada's. */
export const event = ({
  name = 'Placed Order',
  person = ada,
  ...attributes
}: Readonly<Record<string, unknown>> & {
  readonly name?: string;
  readonly person?: object;
} = {}) => ({
  data: {
    type: 'event',
    attributes: { properties: {}, metric: metric(name), profile: profile(person), ...attributes },
  },
});

export const group = (person: object, events: readonly object[], rest: object = {}) => ({
  type: 'event-bulk-create',
  attributes: {
    profile: profile(person),
    events: {
      data: events.map((attributes) => ({
        type: 'event',
        attributes: { properties: {}, metric: metric('Placed Order'), ...attributes },
      })),
    },
    ...rest,
  },
});

export const bulk = (groups: readonly object[]) => ({
  data: { type: 'event-bulk-create-job', attributes: { 'events-bulk-create': { data: groups } } },
});

/** Every id and outcome in a `Tributary-Event` header. */
export const eventHeader = ({ headers }: { readonly headers: Readonly<Record<string, string>> }) => {
  const [id, duplicate] = (headers['Tributary-Event'] ?? '').split('; duplicate=');
  return { id, duplicate };
};

type App = Awaited<ReturnType<typeof startApp>>;

/** All stored items of the event's person. */
export const timeline = async (app: App, id: string | undefined) => {
  const { profileId = '' } = parseEventId(id ?? '') ?? {};
  return app.table.queryOf(stored, { pk: timelinePk(app.account, profileId), prefix: EVENTS, limit: 2_000 });
};
