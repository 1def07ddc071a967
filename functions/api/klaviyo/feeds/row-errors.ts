import * as v from 'valibot';
import type { RowError } from '../../../domains/feeds/records/sync.ts';

/** What is wrong with a row of a feed. */
export const RowErrorView = v.object({
  row: v.number(),
  place: v.string(),
  id: v.nullable(v.string()),
  field: v.nullable(v.string()),
  detail: v.string(),
});

export const rowErrorView = ({ row, place, id, field, message }: RowError) => ({
  ...{ row, place, id: id ?? null, field: field ?? null, detail: message },
});
