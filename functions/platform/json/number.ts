import * as v from 'valibot';
import { ExactNumber, printedDouble } from './exact-number.ts';

interface Options {
  /** Whether excess digits may be rounded off: an event's time has milliseconds. @default false */
  readonly allowsRounding?: boolean;
}

/**
 * A number in a request, stored as a double. A number that a program printed with excess digits becomes the double it
 * was printed from. Other digits that a double would lose are refused.
 */
export const number = ({ allowsRounding = false }: Options = {}): v.NumberSchema<undefined> => {
  const double = v.number();
  const run: (typeof double)['~run'] = (dataset, config) => {
    const { value } = dataset;
    if (!(value instanceof ExactNumber)) return double['~run'](dataset, config);
    const nearest = Number(value.text);
    const accepted = allowsRounding ? nearest : printedDouble(value);
    if (accepted !== undefined) return double['~run']({ value: accepted }, config);
    const rejection = v.custom<number>(() => false, tooManyDigits(value.text, nearest))['~run']({ value }, config);
    // An issue of `v.custom` has the shape of any other schema's issue.
    return rejection as ReturnType<(typeof double)['~run']>;
  };
  return { ...double, '~run': run };
};

const MAX_QUOTED = 60;

const tooManyDigits = (text: string, near: number): string =>
  `${text.slice(0, MAX_QUOTED)}${text.length > MAX_QUOTED ? '…' : ''} has too many digits: the nearest number is ${near}. Send at most 15 digits, or a string.`;
