import * as v from 'valibot';
import type { LocalStack } from '../local/stack/stack-file.ts';

/** What the official client has no method for, since it is ours alone. */
export const get = async <S extends v.GenericSchema>(
  { apiUrl, apiKey }: LocalStack,
  path: string,
  schema: S,
): Promise<v.InferOutput<S>> => {
  const answer = await fetch(`${apiUrl}${path}`, { headers: { authorization: `Klaviyo-API-Key ${apiKey}` } });
  if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
  return v.parse(schema, await answer.json());
};
