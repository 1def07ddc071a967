import * as v from 'valibot';
import { entity } from '../../platform/table/entity.ts';

const Erased = v.object({
  account: v.string(),
  /** Of an identifier, by a secret of the account: it can be recognised, and not read. */
  hash: v.string(),
  /** The deletion job. */
  job: v.string(),
  at: v.string(),
});
export type Erased = v.InferOutput<typeof Erased>;

/** Stands where an identifier of somebody stood who was erased: nobody is made by it but they themselves. */
export const erased = entity({
  type: 'erased_identifier',
  schema: Erased,
  key: ({ account, hash }: Pick<Erased, 'account' | 'hash'>) => ({ pk: `A#${account}#ERASED#${hash}`, sk: 'ERASED' }),
});
