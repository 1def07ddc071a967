import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** The library that `phone.ts` loads with the first phone number. */
export const phoneLibrary = { isSupportedCountry, parsePhoneNumberFromString };
