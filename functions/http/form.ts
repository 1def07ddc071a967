import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../errors.ts';

/** The fields of a form by name: a text, or several where the name comes several times. */
export const formFields = (
  { headers }: Pick<APIGatewayProxyEventV2, 'headers'>,
  body: string,
): Readonly<Record<string, string | string[]>> => {
  const type = headers['content-type'] ?? 'application/x-www-form-urlencoded';
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/i.exec(type)?.[1];
  if (boundary === undefined && !/^application\/x-www-form-urlencoded/i.test(type)) {
    throw new ApiError('unsupported_media_type', {
      detail: `Send application/x-www-form-urlencoded or multipart/form-data, not ${type.slice(0, 60)}.`,
      source: { header: 'content-type' },
    });
  }
  const pairs = boundary === undefined ? [...new URLSearchParams(body)] : partsOf(body, boundary);
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : [...[before].flat(), value]);
  }
  return Object.fromEntries(fields);
};

/** Texts alone: mail providers send one-click unsubscriptions like this. */
const partsOf = (body: string, boundary: string): [string, string][] =>
  body.split(`--${boundary}`).flatMap((part): [string, string][] => {
    const [, head = '', value] = /^\r?\n([\s\S]*?)\r?\n\r?\n([\s\S]*?)\r?\n$/.exec(part) ?? [];
    const name = /;\s*name="([^"]*)"/i.exec(head)?.[1];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
