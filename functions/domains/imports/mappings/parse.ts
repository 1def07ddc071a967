import * as v from 'valibot';
import { problemWithPath } from '../../../platform/validation/problem-text.ts';
import { MAX_MAPPING_BYTES, Mapping } from '../columns/mapping.ts';
import type { MappingError } from '../columns/mapping-error.ts';
import { importKinds } from '../kinds/kinds.ts';
import type { Kind } from '../kinds/names.ts';

/** Finds members of a mapping that have no effect on files of a kind. */
export const unusedMembers = (kind: Kind, mapping: unknown): MappingError[] =>
  typeof mapping !== 'object' || mapping === null
    ? []
    : Object.entries(importKinds[kind].unusedMembers).flatMap(([member, message]) =>
        member in mapping ? [{ at: [member], message }] : [],
      );

/** Parses a mapping, or returns all its problems. */
export const parseMapping = (text: string, kind: Kind): Mapping | { readonly problem: string } => {
  if (Buffer.byteLength(text) > MAX_MAPPING_BYTES) return { problem: `has more than ${MAX_MAPPING_BYTES} bytes.` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON.' };
  }
  const parsed = v.safeParse(Mapping, value);
  const unused = unusedMembers(kind, value).map(({ at, message }) => `${at.join('.')}: ${message}`);
  if (parsed.success && unused.length === 0) return parsed.output;
  const wrong = (parsed.issues ?? []).map((issue) => problemWithPath(issue));
  return { problem: `can't be used. ${[...wrong, ...unused].join(' ')}` };
};
