import * as v from 'valibot';
import type { LocalStack } from '../local/stack/stack-file.ts';

/** Calls an endpoint that Klaviyo and its official client do not have. */
export const get = async <S extends v.GenericSchema>(
  { apiUrl, apiKey }: LocalStack,
  path: string,
  schema: S,
): Promise<v.InferOutput<S>> => {
  const response = await fetch(`${apiUrl}${path}`, { headers: { authorization: `Klaviyo-API-Key ${apiKey}` } });
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
  return v.parse(schema, await response.json());
};

/** Creates a resource. */
export const post = async <S extends v.GenericSchema>(
  { apiUrl, apiKey }: LocalStack,
  path: string,
  data: object,
  schema: S,
): Promise<v.InferOutput<S>> => {
  const response = await fetch(`${apiUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Klaviyo-API-Key ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ data }),
  });
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
  return v.parse(schema, await response.json());
};
