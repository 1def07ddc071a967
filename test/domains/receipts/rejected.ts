import { unpackPayload } from '../../../functions/domains/receipts/rejected/payload.ts';
import { REJECTED, rejectedItems, rejectedPartitions } from '../../../functions/domains/receipts/rejected/store.ts';
import type { Table } from '../../../functions/platform/table/table.ts';

/** All rejected items of an account, oldest first. */
export const rejectedOf = async ({ account, table }: { readonly account: string; readonly table: Table }) => {
  const pages = rejectedPartitions(account).map((pk) =>
    table.queryOf(rejectedItems, { pk, prefix: REJECTED, limit: 1_000 }),
  );
  return (await Promise.all(pages)).flat().toSorted((a, b) => (a.id < b.id ? -1 : 1));
};

export const payloadOf = ({ payload }: { readonly payload?: string | undefined }) =>
  payload === undefined ? undefined : JSON.parse(unpackPayload(payload));
