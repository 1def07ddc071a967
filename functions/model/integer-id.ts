import type * as v from 'valibot';
import { ExactNumber } from '../platform/json/exact-number.ts';

/**
 * Makes a text schema accept integers as their decimal digits, since shops have numeric ids, and Klaviyo accepts them.
 * Keeps all digits, however many there are.
 */
export const acceptIntegers = <Schema extends v.GenericSchema<string, string>>(schema: Schema): Schema => ({
  ...schema,
  '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
    const { value } = dataset;
    const digits = toDigits(value);
    return schema['~run'](digits === undefined ? dataset : { value: digits }, config);
  },
});

const toDigits = (value: unknown): string | undefined => {
  if (value instanceof ExactNumber) return /^-?\d+$/.test(value.text) ? value.text : undefined;
  // Numbers that a double cannot represent arrive as `ExactNumber`.
  return Number.isInteger(value) && Math.abs(Number(value)) < 1e21 ? String(value) : undefined;
};
