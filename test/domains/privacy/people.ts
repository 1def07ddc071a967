import type { Faulty } from '../../faults/harness.ts';

type Answer = Awaited<ReturnType<Faulty['get']>>;

export const profileOf = (attributes: object) => ({ data: { type: 'profile', attributes } });

export const eventOf = (person: object, more: object = {}) => ({
  data: {
    type: 'event',
    attributes: {
      properties: { sku: 'T-1' },
      metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
      profile: { data: { type: 'profile', attributes: person } },
      ...more,
    },
  },
});

export const subscribing = (email: string, list?: string) => ({
  data: {
    type: 'profile-subscription-bulk-create-job',
    attributes: {
      profiles: {
        data: [
          {
            type: 'profile',
            attributes: { email, subscriptions: { email: { marketing: { consent: 'SUBSCRIBED' } } } },
          },
        ],
      },
    },
    ...(list !== undefined && { relationships: { list: { data: { type: 'list', id: list } } } }),
  },
});

/** The body of a deletion request. */
export const erasing = (attributes: object, id?: string) => ({
  data: {
    type: 'data-privacy-deletion-job',
    attributes: { profile: { data: { type: 'profile', ...(id !== undefined && { id }), attributes } } },
  },
});

/** The response, with the job as its body if it has one. */
export const askToErase = async (
  app: Pick<Faulty, 'post' | 'get'>,
  attributes: object,
  id?: string,
): Promise<Answer> => {
  const answer = await app.post('/api/data-privacy-deletion-jobs', erasing(attributes, id));
  if (answer.status !== 202) return answer;
  const { body } = await app.get(new URL(answer.headers.Location ?? '').pathname);
  return { ...answer, body };
};

export const certificateOf = async (app: Pick<Faulty, 'get'>, id: string) =>
  (await app.get(`/api/data-privacy-deletion-jobs/${id}`)).body.data.attributes;

/** The counts of a certificate, by `<place>/<kind>`. */
export const countsIn = (certificate: {
  readonly removed: readonly { readonly place: string; readonly kind: string; readonly count: number }[];
}): Readonly<Record<string, number>> =>
  Object.fromEntries(certificate.removed.map(({ place, kind, count }) => [`${place}/${kind}`, count]));
