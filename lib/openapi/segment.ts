import { errorCodes } from '../../functions/platform/errors.ts';
import type { Json } from './schema.ts';

/** Segment's write key as the user name of Basic authentication. */
export const writeKeyScheme: Json = {
  type: 'http',
  scheme: 'basic',
  description: 'The user name is the write key: the public id of the account, or a private key. No password.',
};

/** An error as Segment's clients read it. */
export const segmentFailure: Json = {
  description: 'The reason.',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['success', 'code', 'message', 'errors'],
        properties: {
          success: { const: false },
          code: { type: 'string', enum: Object.keys(errorCodes) },
          message: { type: 'string', description: 'All problems in one text.' },
          errors: {
            type: 'array',
            items: {
              type: 'object',
              required: ['detail', 'source'],
              properties: { detail: { type: 'string' }, source: { type: 'object' } },
            },
          },
        },
      },
    },
  },
};
