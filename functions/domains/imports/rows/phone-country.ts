import { countryCode } from '../cells/country.ts';
import type { Part } from '../columns/headers.ts';
import { countryColumnsFor } from '../columns/phone-country.ts';
import type { FileRules } from './rules.ts';

/** The country of a row's phone number. */
export interface PhoneCountry {
  /** The country as in the row. Absent if the row has none. */
  readonly given?: string;
  readonly code?: string | undefined;
}

/** Reads the country from the address of the number, else uses the account's. */
export const phoneCountryReader = (
  headers: readonly string[],
  parts: ReadonlyMap<number, Part>,
  { phoneCountry }: FileRules,
): ((textOf: (column: number) => string) => PhoneCountry) => {
  const phone = [...parts].find(([, part]) => part === 'phone_number')?.[0];
  const columns = phone === undefined ? [] : countryColumnsFor(headers, phone);
  return (textOf) => {
    for (const column of columns) {
      const given = textOf(column);
      if (given !== '') return { given, code: countryCode(given) };
    }
    return { code: phoneCountry };
  };
};
