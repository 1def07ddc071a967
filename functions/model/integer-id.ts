import type * as v from 'valibot';
import { ExactNumber } from '../platform/json/exact-number.ts';

/**
 * Takes integers too, as their decimal digits: shops have numeric ids, and Klaviyo takes them. The schema stays one of
 * text. All digits are kept, however many there are.
 */
export const integersAsText = <Schema extends v.GenericSchema<string, string>>(schema: Schema): Schema => ({
  ...schema,
  '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
    const { value } = dataset;
    const digits = digitsOf(value);
    return schema['~run'](digits === undefined ? dataset : { value: digits }, config);
  },
});

const digitsOf = (value: unknown): string | undefined => {
  if (value instanceof ExactNumber) return /^-?\d+$/.test(value.text) ? value.text : undefined;
  // Where a double is not the number that was sent, an ExactNumber stands in its place.
  return Number.isInteger(value) && Math.abs(Number(value)) < 1e21 ? String(value) : undefined;
};
