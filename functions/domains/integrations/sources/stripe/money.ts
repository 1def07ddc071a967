/** Currencies without minor units, as Stripe counts them. */
const WHOLE: ReadonlySet<string> = new Set(
  'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF'.split(' '),
);
/** Currencies with a thousand minor units. */
const THOUSANDTHS: ReadonlySet<string> = new Set('BHD JOD KWD OMR TND'.split(' '));

/** Stripe's amounts are in the smallest unit of their currency. */
export const moneyOf = (amount: number, currency: string): { readonly value: number; readonly currency: string } => {
  const code = currency.toUpperCase();
  const divisor = WHOLE.has(code) ? 1 : THOUSANDTHS.has(code) ? 1_000 : 100;
  return { value: amount / divisor, currency: code };
};
