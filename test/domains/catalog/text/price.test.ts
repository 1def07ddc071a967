import { describe, expect, test } from 'vitest';
import { priceIn } from '../../../../functions/domains/catalog/text/price.ts';

describe('prices', () => {
  test.each([
    ['19.99 USD', 19.99, 'USD'],
    ['1.234,50 EUR', 1234.5, 'EUR'],
    ['$1,234.50', 1234.5, undefined],
    ['€ 19,99', 19.99, 'EUR'],
    ['19,99 €', 19.99, 'EUR'],
    ['1 234,50 €', 1234.5, 'EUR'],
    ['1\u202f234,50\u00a0€', 1234.5, 'EUR'],
    ["CHF 1'234.50", 1234.5, 'CHF'],
    ['49999 RUB', 49999, 'RUB'],
    ['1,234', 1234, undefined],
    ['1,234,567.89', 1234567.89, undefined],
    ['12.345.678', 12345678, undefined],
    ['1,5', 1.5, undefined],
    ['0.125', 0.125, undefined],
    ['1234.567', 1234.567, undefined],
    ['1.234 KWD', 1.234, 'KWD'],
    ['29.99', 29.99, undefined],
    ['0', 0, undefined],
    ['US$ 5', 5, 'USD'],
    ['99 kr', 99, undefined],
    ['99,- €', 99, 'EUR'],
    ['usd 7.00', 7, 'USD'],
  ])('%s', (text, amount, currency) => {
    expect(priceIn(text)).toEqual({ amount, ...(currency !== undefined && { currency }) });
  });

  test.each([
    ['1.234', /ambiguous.*1234\.00 or 1\.23/],
    ['1.234 EUR', /ambiguous/],
    ['1,23,456', /ambiguous/],
    ['1.23.4', /ambiguous/],
    ['on request', /is no number/],
    ['', /is no number/],
    ['-5 EUR', /below zero/],
    ['5 dollars', /currency.*unknown/],
    ['EUR 5 USD', /currency.*unknown/],
    ['10 - 20 EUR', /is no number|ambiguous|unknown/],
    ['1e5', /is no number|unknown/],
    ['Infinity', /is no number/],
  ])('%s is refused', (text, problem) => {
    expect(priceIn(text)).toEqual({ problem: expect.stringMatching(problem) });
  });
});
