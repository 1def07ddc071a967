import { countryCode } from '../cells/country.ts';
import type { Part } from '../columns/headers.ts';
import { countryColumnsFor } from '../columns/phone-country.ts';
import type { FileRules } from './rules.ts';

/** In which country a row's number is dialled. */
export interface PhoneCountry {
  /** As the row says it; absent where it says none. */
  readonly given?: string;
  readonly code?: string | undefined;
}

/** Reads it from the address that the number is of; where that tells none it is the shop's own. */
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
