import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import type { Selection } from '../../../platform/http/query/selection.ts';
import { type Resource, resource } from '../../../platform/http/response/jsonapi.ts';

const text = v.nullable(v.string());

/**
 * An account in Klaviyo's format (revision 2026-07-15). Unsupported attributes are null, or empty where Klaviyo's
 * clients reject null.
 */
export const AccountView = v.partial(
  v.object({
    test_account: v.boolean(),
    contact_information: v.record(v.string(), v.unknown()),
    industry: text,
    timezone: v.string(),
    preferred_currency: text,
    public_api_key: v.string(),
    locale: v.string(),
  }),
);

const addressFields = ['address1', 'address2', 'city', 'region', 'country', 'zip'] as const;

const locales = { en: 'en-US', de: 'de-DE' } as const;

export const accountView = (
  { accountSettings, origin }: Pick<Context, 'accountSettings' | 'origin'>,
  fields?: Selection['fields'],
): Resource => {
  const { id, name, timezone, isTest, pageLanguage = 'en' } = accountSettings;
  return resource(
    {
      type: 'account',
      id,
      path: '/api/accounts',
      attributes: {
        test_account: isTest ?? false,
        contact_information: {
          default_sender_name: name,
          default_sender_email: '',
          website_url: null,
          organization_name: name,
          street_address: Object.fromEntries(addressFields.map((field) => [field, null])),
        },
        industry: null,
        timezone,
        preferred_currency: '',
        public_api_key: id,
        locale: locales[pageLanguage],
      },
    },
    { origin },
    fields,
  );
};
