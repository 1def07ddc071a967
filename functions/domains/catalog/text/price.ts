/** Currencies whose amounts have three decimals. */
const THREE_DECIMALS = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);

const SYMBOLS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₽': 'RUB',
  '₺': 'TRY',
  '₩': 'KRW',
  '₪': 'ILS',
  '₫': 'VND',
  '₴': 'UAH',
  US$: 'USD',
  CA$: 'CAD',
  C$: 'CAD',
  A$: 'AUD',
  AU$: 'AUD',
  NZ$: 'NZD',
  HK$: 'HKD',
  R$: 'BRL',
  zł: 'PLN',
  Kč: 'CZK',
  Fr: 'CHF',
};
/** Of a price. The time to match a longer text would grow with the square of its length. */
const MAX_CHARACTERS = 100;
/** Symbols of several currencies. */
const SHARED = new Set(['$', '¥', 'kr', 'kr.', 'Kr']);

export interface Price {
  readonly amount: number;
  readonly currency?: string;
}

/** A price, or what is wrong with it. */
export type PriceResult = Price | { readonly problem: string };

/**
 * Reads a price as shops write it: `19.99 USD`, `1.234,50 EUR`, `$1,234.50`, `1 234,50 €`. The last separator begins the
 * decimals. A dot before exactly three digits could be either, so it is refused.
 */
export const priceIn = (text: string): PriceResult => {
  if (text.length > MAX_CHARACTERS) return noNumber(text);
  // `99,- €`
  const plain = text
    .trim()
    .replaceAll(/[\u00a0\u202f]/g, ' ')
    .replace(/(?<=\d)[.,][-–]+/, '');
  const parts = /^([^\d.,\-+()]*)([-+]?[\d.,'’\s]*\d)([^\d.,]*)$/u.exec(plain);
  const [, before = '', digits = '', behind = ''] = parts ?? [];
  if (!parts) return noNumber(text);
  const marks = [before.trim(), behind.trim()].filter((mark) => mark !== '');
  const [mark] = marks;
  const currency = mark === undefined || SHARED.has(mark) ? undefined : currencyOf(mark);
  if (marks.length > 1 || (mark !== undefined && !SHARED.has(mark) && currency === undefined))
    return {
      problem: `The currency of the price '${text.slice(0, 60)}' is unknown. Use its three letters, as in '19.99 USD'.`,
    };
  const amount = amountOf(digits, currency);
  if (amount === undefined)
    return { problem: `The price '${text.slice(0, 60)}' is ambiguous. Send it with two decimals, as 1234.00 or 1.23.` };
  if (amount < 0) return { problem: `The price '${text.slice(0, 60)}' is below zero.` };
  return { amount, ...(currency !== undefined && { currency }) };
};

const noNumber = (text: string): PriceResult => ({
  problem: `The price '${text.slice(0, 60)}' is no number. Send it as 19.99 or '19.99 USD'.`,
});

const currencyOf = (mark: string): string | undefined => {
  const letters = mark.toUpperCase();
  return SYMBOLS[mark] ?? (/^[A-Z]{3}$/.test(letters) ? letters : undefined);
};

/** Undefined if a number can be read in two ways, or in none. */
const amountOf = (digits: string, currency: string | undefined): number | undefined => {
  const text = digits.replaceAll(/(?<=\d)[\s'’](?=\d{3}(?!\d))/g, '');
  if (!/^[-+]?\d[\d.,]*$/.test(text)) return undefined;
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  if (last === -1) return Number(text);
  const separator = text.charAt(last);
  const other = separator === '.' ? ',' : '.';
  const whole = text.slice(0, last);
  if (whole.includes(separator))
    return !whole.includes(other) && isGrouped(text, separator) ? Number(text.replaceAll(separator, '')) : undefined;
  if (whole.includes(other) && !isGrouped(whole, other)) return undefined;
  const couldBeThousands =
    text.length - last === 4 && /^[-+]?[1-9]\d{0,2}$/.test(whole) && !(currency && THREE_DECIMALS.has(currency));
  // A dot before three digits is a thousand in Germany, and a fraction where a program has written it.
  if (couldBeThousands) return separator === ',' ? Number(text.replace(',', '')) : undefined;
  return Number(`${whole.replaceAll(other, '')}.${text.slice(last + 1)}`);
};

/** Whether groups of three digits follow the first. */
const isGrouped = (text: string, separator: string): boolean => {
  const [first = '', ...groups] = text.split(separator);
  return /^[-+]?\d{1,3}$/.test(first) && groups.every((group) => /^\d{3}$/.test(group));
};
