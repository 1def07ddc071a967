/** JSON:API bodies of this API. */
export const profile = (attributes: object) => ({ data: { type: 'profile', attributes } });

const metric = { data: { type: 'metric', attributes: { name: 'Smoke test' } } };

export const event = (email: string, attributes: object) => ({
  data: { type: 'event', attributes: { properties: {}, metric, profile: profile({ email }), ...attributes } },
});

/** Several events of one person. */
export const manyEvents = (email: string, events: readonly object[]) => ({
  data: {
    type: 'event-bulk-create-job',
    attributes: {
      'events-bulk-create': {
        data: [
          {
            type: 'event-bulk-create',
            attributes: {
              profile: profile({ email }),
              events: { data: events.map((attributes) => ({ type: 'event', attributes: { metric, ...attributes } })) },
            },
          },
        ],
      },
    },
  },
});

const people = (type: string, attributes: object, listId: string | undefined, given: object = {}) => ({
  data: {
    type,
    attributes: { ...given, profiles: { data: [{ type: 'profile', attributes }] } },
    ...(listId !== undefined && { relationships: { list: { data: { type: 'list', id: listId } } } }),
  },
});

const marketing = (consent: string) => ({ email: { marketing: { consent } } });

export const subscription = (email: string, listId?: string) =>
  people('profile-subscription-bulk-create-job', { email, subscriptions: marketing('SUBSCRIBED') }, listId, {
    custom_source: 'Smoke test',
  });

export const unsubscription = (email: string, listId?: string) =>
  people('profile-subscription-bulk-delete-job', { email, subscriptions: marketing('UNSUBSCRIBED') }, listId);

export const suppression = (email: string, verb: 'create' | 'delete') =>
  people(`profile-suppression-bulk-${verb}-job`, { email }, undefined);
