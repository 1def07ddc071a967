import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** What `phone.ts` loads when a number is first met. */
export const numbers = { isSupportedCountry, parsePhoneNumberFromString };
