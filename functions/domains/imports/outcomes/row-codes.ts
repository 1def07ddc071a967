import * as v from 'valibot';
import { type ErrorCode, errorCodes } from '../../../platform/errors.ts';

/** Why a row is not imported: the `error_code` of its report. docs/errors.md explains each. */
export const rowCodes = [
  'broken_quotes',
  'too_many_fields',
  'zero_byte',
  'control_character',
  'invalid_encoding',
  'unnamed_column',
  'too_long',
  'missing_identifier',
  'invalid_email',
  'invalid_phone_number',
  'invalid_external_id',
  'invalid_type',
  'invalid_property',
  'invalid_location',
  'invalid_time',
  'ambiguous_time',
  'invalid_value',
  'invalid_currency',
  'invalid_event_id',
  'invalid_metric',
  'invalid_consent',
  'unproved_consent',
  'invalid_suppression',
  'invalid_list',
  'invalid_product',
  'conflict',
  'erased',
  'internal_error',
] as const;

/** The codes of notes on imported rows. */
export const noteCodes = ['left_out', 'doubtful_phone_number', 'unread_phone_number', 'unproved_consent'] as const;

/** Includes the codes of refused writes. */
export type RowCode = (typeof rowCodes)[number] | (typeof noteCodes)[number] | ErrorCode;

/** Codes of earlier versions. */
const former = ['too_few_fields'];
const known: ReadonlySet<string> = new Set([...rowCodes, ...former, ...Object.keys(errorCodes)]);

export const isRowCode = (code: string): boolean => known.has(code);

/** A stored code, which may be from an earlier version. */
export const RowCode = v.custom<RowCode>((code) => typeof code === 'string');
