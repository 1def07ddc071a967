/** Sums are exact in billionths: floating-point numbers would depend on the order in which they are added. */
const DIGITS = 9;

export const toBillionths = (value: number): bigint => BigInt(value.toFixed(DIGITS).replace('.', ''));

export const toNumber = (billionths: bigint): number => Number(decimalText(billionths));

/** Without zeros at the end: `12.5`. */
export const decimalText = (billionths: bigint): string => {
  const digits = String(billionths < 0n ? -billionths : billionths).padStart(DIGITS + 1, '0');
  const fraction = digits.slice(-DIGITS).replace(/0+$/, '');
  return `${billionths < 0n ? '-' : ''}${digits.slice(0, -DIGITS)}${fraction === '' ? '' : `.${fraction}`}`;
};

export const parseDecimal = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(DIGITS, '0'));
};
