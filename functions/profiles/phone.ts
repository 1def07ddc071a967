import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** The number in E.164, or undefined where it is none. Numbers without `+` need the country that they are dialled in. */
export const toE164 = (text: string, country?: string): string | undefined => {
  const code = country?.trim().toUpperCase();
  const region: CountryCode | undefined = code !== undefined && isSupportedCountry(code) ? code : undefined;
  const parsed = parsePhoneNumberFromString(text.trim(), region);
  return parsed?.isValid() ? parsed.number : undefined;
};
