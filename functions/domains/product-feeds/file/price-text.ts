/** A price with its currency and decimals, as Google and our own feeds read it: `12.50 EUR`. */
export const priceText = (price: number, currency: string): string =>
  `${price.toFixed(decimalsOf(currency))} ${currency}`;

const known = new Map<string, number>();

const decimalsOf = (currency: string): number => {
  const decimals =
    known.get(currency) ??
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
    2;
  known.set(currency, decimals);
  return decimals;
};
