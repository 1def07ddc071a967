import type { Identifiers, Step } from './plan.ts';

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

const profile = (names: Identifiers, more: object = {}, id?: string) => ({
  type: 'profile',
  ...(id !== undefined && { id }),
  attributes: { ...names, ...more },
});

const marked = (token: string) => ({ properties: { [token]: true, reg: token } });

const event = (uniqueId: string) => ({
  type: 'event',
  attributes: {
    unique_id: uniqueId,
    properties: {},
    metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
  },
});

/** The `unique_id`s of the events of a step. */
export const uniqueIds = (step: Extract<Step, { readonly does: 'event' }>, token: string): readonly string[] =>
  Array.from({ length: step.count }, (_, i) => `${token}-${i}`);

const subscribing = (names: Identifiers, consent: 'SUBSCRIBED' | 'UNSUBSCRIBED', source: string, list?: string) => {
  const type = `profile-subscription-bulk-${consent === 'SUBSCRIBED' ? 'create' : 'delete'}-job`;
  const data = [profile(names, { subscriptions: { email: { marketing: { consent } } } })];
  return {
    method: 'POST',
    path: `/api/${type}s`,
    body: {
      data: {
        type,
        attributes: { custom_source: source, profiles: { data } },
        ...(list !== undefined && { relationships: { list: { data: { type: 'list', id: list } } } }),
      },
    },
  };
};

interface Known {
  /** Unique to the step. */
  readonly token: string;
  /** The profile that it picked, where there is any yet. */
  readonly id: string | undefined;
  readonly otherId: string | undefined;
  readonly lists: readonly string[];
}

/** The request of a step; none where it needs a profile and there is none yet, or where it is no single request. */
export const requestOf = (step: Step, { token, id, otherId, lists }: Known): Request | undefined => {
  const { names } = step;
  switch (step.does) {
    case 'create':
      return { method: 'POST', path: '/api/profiles', body: { data: profile(names, marked(token)) } };
    case 'upsert':
      return { method: 'POST', path: '/api/profile-import', body: { data: profile(names, marked(token)) } };
    case 'patch': {
      if (id === undefined) return undefined;
      const cleared = step.clears ? { [step.clears]: null } : {};
      const data = profile(step.gives, { ...cleared, ...marked(token) }, id);
      return { method: 'PATCH', path: `/api/profiles/${id}`, body: { data } };
    }
    case 'read':
      return id === undefined ? undefined : { method: 'GET', path: `/api/profiles/${id}` };
    case 'event': {
      const [only = '', ...more] = uniqueIds(step, token);
      if (more.length === 0) {
        const { type, attributes } = event(only);
        const data = { type, attributes: { ...attributes, profile: { data: profile(names) } } };
        return { method: 'POST', path: '/api/events', body: { data } };
      }
      const events = { data: [only, ...more].map(event) };
      const group = { type: 'event-bulk-create', attributes: { profile: { data: profile(names) }, events } };
      const attributes = { 'events-bulk-create': { data: [group] } };
      return {
        method: 'POST',
        path: '/api/event-bulk-create-jobs',
        body: { data: { type: 'event-bulk-create-job', attributes } },
      };
    }
    case 'bulk': {
      const data = [names, ...step.others].map((one) => profile(one, marked(token)));
      const attributes = { profiles: { data } };
      const relationships = { lists: { data: lists.slice(0, 1).map((one) => ({ type: 'list', id: one })) } };
      return {
        method: 'POST',
        path: '/api/profile-bulk-import-jobs',
        body: { data: { type: 'profile-bulk-import-job', attributes, relationships } },
      };
    }
    case 'merge': {
      if (id === undefined || otherId === undefined || id === otherId) return undefined;
      const relationships = { profiles: { data: [{ type: 'profile', id: otherId }] } };
      return {
        method: 'POST',
        path: '/api/profile-merge',
        body: { data: { type: 'profile-merge', id, relationships } },
      };
    }
    case 'subscribe':
    case 'unsubscribe': {
      const list = step.list === undefined ? undefined : lists[step.list];
      return subscribing(names, step.does === 'subscribe' ? 'SUBSCRIBED' : 'UNSUBSCRIBED', token, list);
    }
    case 'suppress':
    case 'lift': {
      const type = `profile-suppression-bulk-${step.does === 'suppress' ? 'create' : 'delete'}-job`;
      const attributes = { profiles: { data: [profile(names)] } };
      return { method: 'POST', path: `/api/${type}s`, body: { data: { type, attributes } } };
    }
    case 'join':
    case 'leave': {
      if (id === undefined) return undefined;
      const path = `/api/lists/${lists[step.list]}/relationships/profiles`;
      const method = step.does === 'join' ? 'POST' : 'DELETE';
      return { method, path, body: { data: [{ type: 'profile', id }] } };
    }
    case 'erase': {
      const attributes = { profile: { data: profile(names) } };
      const type = 'data-privacy-deletion-job';
      return { method: 'POST', path: `/api/${type}s`, body: { data: { type, attributes } } };
    }
    case 'undo':
    case 'file':
      return undefined;
  }
};

/** What a step may be answered with besides success, by what the model allows. */
export const refusals: Readonly<Record<Step['does'], readonly number[]>> = {
  create: [409, 410],
  upsert: [409, 410],
  // 400: the last identifier can't be cleared.
  patch: [400, 404, 409, 410],
  read: [404],
  event: [410],
  bulk: [410],
  file: [],
  merge: [404, 409],
  undo: [404, 409],
  subscribe: [410],
  unsubscribe: [410],
  suppress: [],
  lift: [],
  join: [404],
  leave: [404],
  erase: [],
};
