import * as v from 'valibot';
import { ExactNumber, printedDouble } from './exact-number.ts';

interface Options {
  /** What is finer than the field keeps may go: the time of an event has milliseconds. @default false */
  readonly takesNearest?: boolean;
}

/**
 * The number of a request that is kept as a double. One that is printed with more digits than a double shows is the
 * double that it was printed from; other digits that would be lost are refused.
 */
export const number = ({ takesNearest = false }: Options = {}): v.NumberSchema<undefined> => {
  const double = v.number();
  const run: (typeof double)['~run'] = (dataset, config) => {
    const { value } = dataset;
    if (!(value instanceof ExactNumber)) return double['~run'](dataset, config);
    const near = Number(value.text);
    const printed = takesNearest ? near : printedDouble(value);
    if (printed !== undefined) return double['~run']({ value: printed }, config);
    const refused = v.custom<number>(() => false, tooManyDigits(value.text, near))['~run']({ value }, config);
    // Its issue says the same of any schema: that what was given is none of it.
    return refused as ReturnType<(typeof double)['~run']>;
  };
  return { ...double, '~run': run };
};

const MAX_QUOTED = 60;

const tooManyDigits = (text: string, near: number): string =>
  `${text.slice(0, MAX_QUOTED)}${text.length > MAX_QUOTED ? '…' : ''} has more digits than are kept: the nearest number is ${near}. Send at most 15 digits, or keep it as a property.`;
