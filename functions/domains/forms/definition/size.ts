import { type Problem, pointer } from '../../../platform/errors.ts';
import { VERSION_PATH } from './references.ts';

/** DynamoDB's items have at most 400 KB, and the trees of texts are a part of the content. */
const MAX_CONTENT_BYTES = 256 * 1024;

/** The problem of a version that is too large. */
export const sizeProblems = (bytes: number): Problem[] =>
  bytes > MAX_CONTENT_BYTES
    ? [
        {
          detail: `The version has ${bytes} bytes; at most ${MAX_CONTENT_BYTES} are kept. Shorten its texts, or make several forms.`,
          source: { pointer: pointer(VERSION_PATH) },
        },
      ]
    : [];

/** The bytes of a version as JSON, which may be invalid. One that is too deep to be written has another problem. */
export const sizeOf = (version: unknown): number => {
  try {
    return Buffer.byteLength(JSON.stringify(version ?? null));
  } catch {
    return 0;
  }
};
