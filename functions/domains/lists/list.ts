import * as v from 'valibot';
import { OptInProcess } from '../../model/account.ts';
import { deletionFields } from '../../platform/jobs/deletion.ts';
import { maxBytes, Text } from '../../platform/validation/text.ts';

export const MAX_ID_BYTES = 255;

/** Ids come from callers, so that shops can keep the ids of another system. They are compared byte by byte. */
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
  // In file names from a Mac, `é` is two characters.
  v.normalize('NFC'),
);

export const List = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  /** Whether subscribers must confirm. @default the setting of the account */
  optInProcess: v.optional(OptInProcess),
  created: v.string(),
  updated: v.string(),
  ...deletionFields,
});
export type List = v.InferOutput<typeof List>;
