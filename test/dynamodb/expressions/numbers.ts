import { validationError } from '../errors.ts';

const MAX_DIGITS = 38;
const MAX_EXPONENT = 125;
const MIN_EXPONENT = -130;

/** A number as DynamoDB gives it back: without zeros that say nothing, and without an exponent. */
export const canonicalNumber = (text: string): string => {
  if (/^-?[1-9]\d{0,14}$/.test(text) || text === '0') return text;
  const { isNegative, digits, exponent } = parsed(text);
  if (digits === '') return '0';
  if (digits.length > MAX_DIGITS)
    throw validationError('Attempting to store more than 38 significant digits in a Number');
  const magnitude = exponent + digits.length - 1;
  if (magnitude > MAX_EXPONENT)
    throw validationError('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (magnitude < MIN_EXPONENT)
    throw validationError('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  return `${isNegative ? '-' : ''}${plain(digits, exponent)}`;
};

/** Digits without zeros at their ends, times ten to the power of the exponent. */
const parsed = (text: string) => {
  const [, sign, whole = '', fraction = '', power = '0'] = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole + fraction === '') throw validationError(`The parameter cannot be converted to a numeric value: ${text}`);
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  const exponent = Number(power) - fraction.length + (all.length - digits.length);
  return { isNegative: sign === '-', digits, exponent };
};

const plain = (digits: string, exponent: number): string => {
  if (exponent >= 0) return digits + '0'.repeat(exponent);
  const point = digits.length + exponent;
  if (point > 0) return `${digits.slice(0, point)}.${digits.slice(point)}`;
  return `0.${'0'.repeat(-point)}${digits}`;
};

export const numberBytes = (canonical: string): number => {
  const digits = canonical.replace(/\D/g, '').replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + Number(canonical.startsWith('-'));
};

export const compareNumbers = (a: string, b: string): number => {
  const [x, y] = [Number(a), Number(b)];
  if (x !== y || a === b) return x < y ? -1 : Number(x > y);
  const [left, right] = scaled(a, b);
  return left < right ? -1 : Number(left > right);
};

export const addNumbers = (a: string, b: string): string => {
  const [left, right, scale] = scaled(a, b);
  return canonicalNumber(`${left + right}e-${scale}`);
};

/** Both as integers of one scale. */
const scaled = (a: string, b: string): [bigint, bigint, number] => {
  const decimals = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0);
  const scale = Math.max(decimals(a), decimals(b));
  const whole = (text: string): bigint => BigInt(text.replace('.', '') + '0'.repeat(scale - decimals(text)));
  return [whole(a), whole(b), scale];
};
