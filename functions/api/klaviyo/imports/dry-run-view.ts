import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import type { Job } from '../../../domains/imports/jobs/job.ts';
import type { Change } from '../../../domains/imports/kinds/change.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';

const nullable = v.nullable(v.string());

export const ImportChangeView = v.object({
  row_number: v.number(),
  /** `failed` rows change something before they fail, as they would in the import. */
  outcome: v.picklist(['created', 'updated', 'failed']),
  /** Null if the profile would be created. */
  profile_id: nullable,
  email: nullable,
  phone_number: nullable,
  external_id: nullable,
  /** The external id of the item or variant. */
  product_id: nullable,
  /** Null for absent values. */
  fields: v.array(v.object({ field: v.string(), before: v.unknown(), after: v.unknown() })),
  /** The event that would be stored. */
  event: v.nullable(
    v.object({
      metric_name: v.string(),
      datetime: v.string(),
      unique_id: nullable,
      value: v.nullable(v.number()),
      value_currency: nullable,
      properties: v.record(v.string(), v.unknown()),
    }),
  ),
});

export const changeView = ({ id }: Job, change: Change, context: Pick<Context, 'origin'>): Resource => {
  const { row, outcome, profile, product, fields, event } = change;
  return resource(
    {
      type: 'import-change',
      id: `${id}-${row}`,
      path: `/api/import-jobs/${id}/changes`,
      attributes: {
        row_number: row,
        outcome,
        profile_id: profile.id ?? null,
        email: profile.email ?? null,
        phone_number: profile.phone_number ?? null,
        external_id: profile.external_id ?? null,
        product_id: product ?? null,
        fields: fields.map(({ field, before, after }) => ({ field, before: before ?? null, after: after ?? null })),
        event: event
          ? {
              metric_name: event.metric,
              datetime: event.time,
              unique_id: event.uniqueId ?? null,
              value: event.value ?? null,
              value_currency: event.currency ?? null,
              properties: event.properties,
            }
          : null,
      },
    },
    context,
  );
};
