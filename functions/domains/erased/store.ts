import * as v from 'valibot';
import { entity } from '../../platform/table/entity.ts';

const ErasedIdentifier = v.object({
  account: v.string(),
  /** The keyed hash of an identifier: it recognizes the identifier but does not reveal it. */
  hash: v.string(),
  /** The deletion job. */
  job: v.string(),
  at: v.string(),
});
export type ErasedIdentifier = v.InferOutput<typeof ErasedIdentifier>;

/** Marks an identifier of an erased person. Only they themselves can create a profile with it again. */
export const erasedIdentifiers = entity({
  type: 'erased_identifier',
  schema: ErasedIdentifier,
  key: ({ account, hash }: Pick<ErasedIdentifier, 'account' | 'hash'>) => ({
    pk: `A#${account}#ERASED#${hash}`,
    sk: 'ERASED',
  }),
});
