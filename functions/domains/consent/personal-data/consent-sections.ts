import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import {
  readConsents,
  readListOptOuts,
  readShownWordingHashes,
  readSoftBounces,
  readSuppressionsOf,
} from '../ledger/read-by-person.ts';
import { readWordings } from '../opt-in/read-by-person.ts';

export const listOptOuts = sectionOfRecords(
  {
    name: 'list-opt-outs',
    order: 60,
    title: 'Lists that you left',
    about: 'The lists that you opted out of, and since when.',
    columns: ['list_id', 'at', 'profile_id'],
  },
  async ({ profileIds }, context) =>
    (await readListOptOuts(profileIds, context)).map(({ listId, at, profileId }) => ({
      list_id: listId,
      at,
      profile_id: profileId,
    })),
);

export const consent = sectionOfRecords(
  {
    name: 'consent',
    order: 40,
    title: 'Consent',
    about:
      'Your current consent for each kind of message, since when, and its evidence. If several profiles of yours were merged, the strictest consent before the merge applies. The complete history is in the ledger (consent-ledger.html to read, consent-ledger.json to verify).',
    columns: ['channel', 'type', 'status', 'at', 'address', 'double_opt_in', 'evidence', 'recorded_at', 'profile_id'],
  },
  async ({ profileIds }, context) =>
    (await readConsents(profileIds, context)).map(
      ({
        channel,
        purpose,
        status,
        at,
        address,
        doubleOptIn,
        evidence,
        createdAt,
        recordedAt,
        entryId,
        profileId,
      }) => ({
        channel,
        type: purpose,
        status,
        at,
        address: address?.value ?? null,
        double_opt_in: doubleOptIn ?? false,
        evidence,
        created_at: createdAt,
        recorded_at: recordedAt,
        entry_id: entryId,
        profile_id: profileId,
      }),
    ),
);

export const wordings = sectionOfRecords(
  {
    name: 'wordings',
    order: 90,
    title: 'What you were shown',
    about: 'The texts of the pages on which you gave consent, by their hash in the ledger.',
    columns: ['version', 'at', 'text', 'hash'],
  },
  async ({ profileIds }, context) => readWordings(await readShownWordingHashes(profileIds, context), context),
);

export const suppressions = sectionOfRecords(
  {
    name: 'suppressions',
    order: 70,
    title: 'Suppressions',
    about: 'Why your addresses get no messages, whatever else is recorded, and since when.',
    columns: ['address', 'kind', 'reason', 'at'],
  },
  async ({ identifiers }, context) =>
    (await readSuppressionsOf(identifiers, context)).map(({ address, reason, at }) => ({
      address: address.value,
      kind: address.kind,
      reason,
      at,
    })),
);

export const bounces = sectionOfRecords(
  {
    name: 'bounces',
    order: 80,
    title: 'Mails that could not be delivered',
    about:
      'When a mail to your address could temporarily not be delivered, such as to a full mailbox. After several of these, the address is suppressed. They are kept for 90 days.',
    columns: ['address', 'at', 'notice', 'kept_until'],
  },
  async ({ identifiers }, context) =>
    (await readSoftBounces(identifiers, context)).map(({ address, at, id, expiresAt }) => ({
      address: address.value,
      at,
      notice: id,
      kept_until: new Date(expiresAt * 1_000).toISOString(),
    })),
);
