import { randomUUID } from 'node:crypto';
import { type ApiError, errorCodes } from '../../errors.ts';

/** Encodes an error as a JSON:API document: https://jsonapi.org/format/#error-objects */
export const errorDocument = ({ code, problems }: ApiError) => {
  const { status, title } = errorCodes[code];
  return {
    headers: { 'content-type': 'application/vnd.api+json' },
    body: JSON.stringify({
      errors: problems.map(({ detail, source = {}, meta = {} }) => ({
        id: randomUUID(),
        status,
        code,
        title,
        detail,
        source,
        links: {},
        meta,
      })),
    }),
  };
};
