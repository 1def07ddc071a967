/** The value of a JSON number: `0.digits` times ten to the power of `point`. Zero has no digits. */
export interface Decimal {
  readonly isNegative: boolean;
  /** Without zeros at either end. */
  readonly digits: string;
  readonly point: number;
}

const ZERO = 0x30;

/** Reads a JSON number without rounding it. */
export const decimalOf = (text: string): Decimal => {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  const all = whole + fraction;
  let start = 0;
  let end = all.length;
  while (start < end && all.charCodeAt(start) === ZERO) start += 1;
  while (end > start && all.charCodeAt(end - 1) === ZERO) end -= 1;
  return { isNegative: sign === '-', digits: all.slice(start, end), point: whole.length - start + Number(power) };
};

export const isSameValue = (a: Decimal, b: Decimal): boolean =>
  a.digits === b.digits && (a.digits === '' || (a.point === b.point && a.isNegative === b.isNegative));

/** Beyond these a number is written with an exponent. JavaScript begins it at the same small numbers. */
const MOST_PLAIN = 400;
const LEAST_PLAIN = -6;

/** One text for each value, so that equal numbers are equal texts. */
export const decimalText = ({ isNegative, digits, point }: Decimal): string => {
  const sign = isNegative ? '-' : '';
  if (digits === '') return '0';
  if (point > MOST_PLAIN || point <= LEAST_PLAIN) {
    const fraction = digits.slice(1);
    const power = point - 1;
    return `${sign}${digits[0]}${fraction && '.'}${fraction}e${power < 0 ? '' : '+'}${power}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
};
