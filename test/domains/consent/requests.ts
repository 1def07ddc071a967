interface Person {
  readonly id?: string;
  readonly subscriptions?: unknown;
  readonly [attribute: string]: unknown;
}

interface Options {
  readonly list?: string;
  readonly historical?: boolean;
  readonly source?: string;
  readonly wording?: string;
  readonly type?: 'create' | 'delete';
}

/** The body of a bulk job on subscriptions. */
export const bulk = (
  people: readonly Person[],
  { list, historical, source, wording, type = 'create' }: Options = {},
) => ({
  data: {
    type: `profile-subscription-bulk-${type}-job`,
    attributes: {
      ...(source && { custom_source: source }),
      ...(wording && { wording, wording_version: '7' }),
      ...(historical !== undefined && { historical_import: historical }),
      profiles: { data: people.map(({ id, ...attributes }) => ({ type: 'profile', ...(id && { id }), attributes })) },
    },
    ...(list && { relationships: { list: { data: { type: 'list', id: list } } } }),
  },
});

const changeOf =
  (consent: string) =>
  (...topics: readonly string[]): Record<string, Record<string, unknown>> => {
    const channels: Record<string, Record<string, unknown>> = {};
    for (const topic of topics) {
      const [name = '', at] = topic.split('@');
      const [channel = '', type = ''] = name.split('.');
      channels[channel] = { ...channels[channel], [type]: { consent, ...(at && { consented_at: at }) } };
    }
    return channels;
  };

/**
 * `subscribeTo('email.marketing', 'sms.marketing@2020-01-01T00:00:00Z')`
 */
export const subscribeTo = changeOf('SUBSCRIBED');
export const unsubscribeFrom = changeOf('UNSUBSCRIBED');
