import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import type { LedgerExport } from '../../../domains/consent/ledger/export.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';

const Fault = v.object({
  kind: v.string(),
  n: v.optional(v.number()),
  entry: v.optional(v.string()),
  detail: v.string(),
});

/** The items have their stored form, since their hashes cover these names and values. */
export const LedgerExportView = v.object({
  exported_at: v.string(),
  how: v.string(),
  ledgers: v.array(
    v.object({
      ledger: v.string(),
      entries: v.number(),
      end: v.nullable(v.string()),
      faults: v.array(Fault),
      items: v.array(v.record(v.string(), v.unknown())),
    }),
  ),
});

export const ledgerExportView = (
  { profile: id, exportedAt, how, ledgers }: LedgerExport,
  context: Pick<Context, 'origin'>,
): Resource => {
  const attributes = {
    exported_at: exportedAt,
    how,
    ledgers: ledgers.map(({ end = null, ...ledger }) => ({ ...ledger, end })),
  };
  return {
    ...resource({ type: 'consent-ledger', id, path: '', attributes }, context),
    links: { self: `${context.origin}/api/profiles/${encodeURIComponent(id)}/consent/ledger` },
  };
};
