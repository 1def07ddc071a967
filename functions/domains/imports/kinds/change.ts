import * as v from 'valibot';
import type { Key } from '../../../platform/table/definition.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { ownRecord } from '../../../platform/validation/own-record.ts';
import type { Failure } from '../outcomes/failure.ts';
import type { ParsedRow } from '../rows/parsed-row.ts';
import type { Unit } from '../rows/units.ts';

const Value = v.unknown();
const text = v.optional(v.string());

/** The change that a row would make. */
export const Change = v.object({
  row: v.number(),
  outcome: v.picklist(['created', 'updated', 'failed']),
  profile: v.object({
    id: text,
    email: text,
    phone_number: text,
    external_id: text,
  }),
  /** The id of the item or variant that would change. */
  product: text,
  /** The fields of the profile and its consent, or of the product. Empty fields are absent. */
  fields: v.array(v.object({ field: v.string(), before: v.optional(Value), after: v.optional(Value) })),
  /** The event that would be stored. */
  event: v.optional(
    v.object({
      metric: v.string(),
      time: v.string(),
      uniqueId: text,
      value: v.optional(v.number()),
      currency: text,
      properties: ownRecord(v.string(), Value),
    }),
  ),
});
export type Change = v.InferOutput<typeof Change>;

/** A write. Writes are in order of time. */
export interface Written {
  readonly key: Key;
  readonly before: Item | undefined;
  readonly after: Item | null;
}

export interface Window<Parsed extends ParsedRow = ParsedRow> {
  readonly written: readonly Written[];
  readonly units: readonly Unit<Parsed>[];
  readonly failures: readonly Failure[];
}

export const fieldOf = (field: string, before: unknown, after: unknown): Change['fields'][number] => ({
  field,
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});

const MAX_SHOWN = 1_000;

export const shown = ({ field, before, after }: Change['fields'][number]): Change['fields'][number] =>
  fieldOf(field, shortened(before), shortened(after));

/** Enough fields to recognize the profile. */
export const shortened = (value: unknown): unknown => {
  if (value === undefined) return undefined;
  const whole = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return whole.length > MAX_SHOWN ? `${whole.slice(0, MAX_SHOWN)}…` : value;
};
