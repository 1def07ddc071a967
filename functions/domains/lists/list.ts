import * as v from 'valibot';
import { OptInProcess } from '../../model/account.ts';
import { leaseFields } from '../../platform/jobs/state.ts';
import { maxBytes, Text } from '../../platform/validation/text.ts';

export const MAX_ID_BYTES = 255;

/** Ids come from callers: shops bring the ids that their lists had elsewhere. They are compared as they are. */
export const ListId = v.pipe(
  Text,
  v.nonEmpty('The id of the list is empty.'),
  maxBytes(MAX_ID_BYTES, `The id of a list has at most ${MAX_ID_BYTES} bytes.`),
);

export const ListName = v.pipe(
  Text,
  v.trim(),
  v.nonEmpty('The name of the list is empty.'),
  v.maxLength(1_000, 'The name of a list has at most 1,000 characters.'),
  // As a Mac writes names of files, `é` is two characters.
  v.normalize('NFC'),
);

export const List = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  /** What its subscribers have to do; absent is as the account has it. */
  optInProcess: v.optional(OptInProcess),
  created: v.string(),
  updated: v.string(),
  /** Its members are being taken from it, and then it is gone. To callers it is gone already. */
  deletedAt: v.optional(v.string()),
  /** Why that stopped. To delete it again goes on with it. */
  deletionError: v.optional(v.string()),
  /** Which of its members come next, and whether this pass over them has found any so far. */
  deletionCursor: v.optional(v.string()),
  deletionFound: v.optional(v.boolean()),
  ...leaseFields,
});
export type List = v.InferOutput<typeof List>;
