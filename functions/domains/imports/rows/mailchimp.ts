import type { RowConsent } from './row-consent.ts';

/** Columns by which Mailchimp's exports are known. */
export const mailchimpNames: readonly string[] = ['leid', 'optin time'];

/** As Mailchimp names its exports of subscribed contacts, of an audience or a segment, also when a browser saves another. */
const SUBSCRIBED_EXPORT = /^subscribed_[a-z_]+_export_[0-9a-z]+( ?\(\d+\))?(\.|$)/i;

/**
 * Mailchimp exports one file for each state: what OPTIN_TIME means is only certain in those of subscribed contacts.
 * Who unsubscribed is in a file of its own, also where the time is blank.
 */
export const mailchimpConsents = (
  byName: ReadonlyMap<string, unknown>,
  fileName: string,
  timeIn: (name: string) => Date | undefined,
): RowConsent[] => {
  if (!mailchimpNames.some((name) => byName.has(name))) return [];
  const topic = { channel: 'email', type: 'marketing' } as const;
  if (byName.has('unsub time')) {
    const at = timeIn('unsub time');
    return [{ ...topic, to: 'UNSUBSCRIBED', column: 'UNSUB_TIME', ...(at && { at }) }];
  }
  if (byName.has('clean time') || !SUBSCRIBED_EXPORT.test(fileName)) return [];
  const at = timeIn('confirm time') ?? timeIn('optin time');
  return at ? [{ ...topic, to: 'SUBSCRIBED', at, column: 'CONFIRM_TIME' }] : [];
};
