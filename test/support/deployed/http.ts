import { inject } from 'vitest';

/** Plain HTTPS calls on the deployed stack, as curl or a browser makes them. */
export const call = async (
  method: string,
  path: string,
  { body, headers }: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
) => {
  const { apiUrl, apiKey } = inject('stack');
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(path.startsWith('/api/') && { authorization: `Klaviyo-API-Key ${apiKey}` }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
};

/** The id of a new list. */
export const makeList = async (): Promise<string> => {
  const data = { type: 'list', attributes: { name: crypto.randomUUID() } };
  return (await call('POST', '/api/lists', { body: { data } })).body.data.id;
};

/** The only profile with this address, as the API shows it. */
export const profileOf = async (email: string) => {
  const filter = encodeURIComponent(`equals(email,"${email}")`);
  const { body } = await call('GET', `/api/profiles?filter=${filter}&additional-fields[profile]=subscriptions`);
  return body.data[0];
};

export const timelineOf = async (profileId: string) => {
  const filter = encodeURIComponent(`equals(profile_id,"${profileId}")`);
  const { body } = await call('GET', `/api/events?filter=${filter}&page[size]=1000&include=metric`);
  return body.data;
};
