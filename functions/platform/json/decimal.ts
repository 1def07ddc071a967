/** The value of a JSON number: `0.digits` times ten to the power of `point`. Zero has no digits. */
export interface Decimal {
  readonly isNegative: boolean;
  /** Without zeros at either end. */
  readonly digits: string;
  readonly point: number;
}

const ZERO = 0x30;

/** Reads a JSON number without rounding it. */
export const parseDecimal = (text: string): Decimal => {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  const allDigits = whole + fraction;
  let start = 0;
  let end = allDigits.length;
  while (start < end && allDigits.charCodeAt(start) === ZERO) start += 1;
  while (end > start && allDigits.charCodeAt(end - 1) === ZERO) end -= 1;
  return {
    isNegative: sign === '-',
    digits: allDigits.slice(start, end),
    point: whole.length - start + Number(exponent),
  };
};

export const isSameValue = (a: Decimal, b: Decimal): boolean =>
  a.digits === b.digits && (a.digits === '' || (a.point === b.point && a.isNegative === b.isNegative));

/** Outside these limits a number is written with an exponent. JavaScript uses the same lower limit. */
const MAX_PLAIN_POINT = 400;
const MIN_PLAIN_POINT = -6;

/** Formats a number canonically, so that equal numbers have equal texts. */
export const formatDecimal = ({ isNegative, digits, point }: Decimal): string => {
  const sign = isNegative ? '-' : '';
  if (digits === '') return '0';
  if (point > MAX_PLAIN_POINT || point <= MIN_PLAIN_POINT) {
    const fraction = digits.slice(1);
    const power = point - 1;
    return `${sign}${digits[0]}${fraction && '.'}${fraction}e${power < 0 ? '' : '+'}${power}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
};
