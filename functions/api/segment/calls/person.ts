import { ProfileAttributes, type ProfileInput } from '../../../domains/profiles/records/profile.ts';
import type { Account } from '../../../model/account.ts';
import { parseForAccount } from '../../../model/checks.ts';
import type { Call } from './call.ts';
import { recordIn } from './context.ts';
import { readTraits } from './traits.ts';

/**
 * What a call says of a person. Traits are those of the call and, weaker, of its context, where RudderStack's clients
 * repeat them. The traits of a group are about the group.
 */
export const personOfCall = (call: Call, settings: Account): ProfileInput => {
  const { type, userId, anonymousId, groupId, traits = {}, context = {} } = call;
  const own = type === 'group' ? {} : traits;
  const { email, phone_number, fields, location, properties } = readTraits(
    { ...recordIn(context, 'traits'), ...own },
    settings,
  );
  const isIdentifying = type === 'identify';
  const organization = type === 'group' && typeof traits.name === 'string' ? traits.name : undefined;
  const allProperties = { ...properties, ...(type === 'group' && { group_id: groupId }) };
  const timezone = isIdentifying ? contextText(call, 'timezone') : undefined;
  const locale = isIdentifying ? contextText(call, 'locale') : undefined;
  return {
    identifiers: {
      ...(userId !== undefined && { external_id: userId }),
      ...(email !== undefined && { email }),
      ...(phone_number !== undefined && { phone_number }),
      ...(anonymousId !== undefined && { anonymous_id: anonymousId }),
    },
    fields: {
      ...(locale !== undefined && isText(locale, settings) && { locale }),
      ...(organization !== undefined && isText(organization, settings) && { organization }),
      ...fields,
    },
    ...((location || timezone !== undefined) && {
      location: { ...(timezone !== undefined && isText(timezone, settings) && { timezone }), ...location },
    }),
    ...(Object.keys(allProperties).length > 0 && { properties: allProperties }),
  };
};

const contextText = ({ context = {} }: Call, name: string): string | undefined => {
  const value = Object.hasOwn(context, name) ? context[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const isText = (text: string, settings: Account): boolean =>
  !parseForAccount(settings, ProfileAttributes.entries.locale, text).issues;
