import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../../errors.ts';

export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** A preferences page has two fields for each list, and an account has at most 1,000 lists. */
export const MAX_FIELDS = 4_000;

/** The fields of a form by name: a string, or an array if the name is repeated. */
export const formFields = async (
  { headers }: Pick<APIGatewayProxyEventV2, 'headers'>,
  body: string,
): Promise<FormFields> => {
  const type = headers['content-type'] ?? 'application/x-www-form-urlencoded';
  const byName = new Map<string, string[]>();
  for (const [name, value] of await parsePairs(type, body)) {
    const values = byName.get(name);
    if (values) values.push(value);
    else byName.set(name, [value]);
  }
  return Object.fromEntries(
    [...byName].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
};

type Pairs = readonly (readonly [name: string, value: string])[];

const parsePairs = async (type: string, body: string): Promise<Pairs> => {
  if (/^application\/x-www-form-urlencoded/i.test(type)) {
    const pairs = [...new URLSearchParams(body)];
    if (pairs.length > MAX_FIELDS) throw tooManyFieldsError();
    return pairs;
  }
  if (!/^multipart\/form-data/i.test(type)) {
    throw new ApiError('unsupported_media_type', {
      detail: `Send application/x-www-form-urlencoded or multipart/form-data, not ${type.slice(0, 60)}.`,
      source: { header: 'content-type' },
    });
  }
  // Only mail providers send this, for one-click unsubscription. The parser is loaded on first use.
  const { parseMultipart } = await import('./multipart.ts');
  const parsed = await parseMultipart(type, body, { fields: MAX_FIELDS, bytes: body.length * 3 });
  switch (parsed.kind) {
    case 'fields':
      return parsed.fields;
    case 'too-many':
      throw tooManyFieldsError();
    case 'malformed':
      throw new ApiError('invalid', {
        detail: 'The request body is not multipart/form-data, although its header declares it.',
      });
  }
};

const tooManyFieldsError = (): ApiError =>
  new ApiError('too_large', { detail: `The form has more than ${MAX_FIELDS} fields. Send fewer.` });
