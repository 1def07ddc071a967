import type { Person } from '../../../model/personal-data/person.ts';
import { sectionOfRecords } from '../../../model/personal-data/section.ts';
import { readMailLimits, readOptIns } from '../opt-in/read-by-person.ts';

const emailsIn = ({ identifiers }: Person): string[] =>
  identifiers.flatMap(({ kind, value }) => (kind === 'email' ? [value] : []));

export const confirmations = sectionOfRecords(
  {
    name: 'confirmations',
    order: 100,
    title: 'Subscriptions to confirm',
    about:
      'Subscriptions that were requested with your address, what was entered about you, the mail that we sent you (`mailed_at`), and the result.',
    columns: [
      'requested_at',
      'email',
      'list_id',
      'topics',
      'status',
      'mailed_at',
      'confirmed_at',
      'evidence',
      'confirmation',
      'said',
      'push_tokens',
      'language',
      'id',
    ],
  },
  async (person, context) =>
    (
      await readOptIns(
        person.identifiers.map(({ value }) => value),
        context,
      )
    ).map(({ requestedAt, email, listId, topics, status, mailedAt, confirmedAt, evidence, confirmation, ...more }) => ({
      requested_at: requestedAt,
      email,
      list_id: listId ?? null,
      topics,
      status,
      mailed_at: mailedAt ?? null,
      confirmed_at: confirmedAt ?? null,
      evidence,
      confirmation: confirmation ?? null,
      said: more.person ?? null,
      push_tokens: more.pushTokens ?? [],
      language: more.language,
      id: more.id,
    })),
);

export const mailLimits = sectionOfRecords(
  {
    name: 'mail-limits',
    order: 110,
    title: 'Limits of mails',
    about:
      'How many confirmation mails were requested for your address in one hour, and whether you declined them (`declined`).',
    columns: ['kind', 'address', 'count', 'kept_until'],
  },
  async (held, context) =>
    (await readMailLimits(emailsIn(held), context)).map(({ kind, value, count, expiresAt }) => ({
      kind,
      address: value,
      count,
      kept_until: new Date(expiresAt * 1_000).toISOString(),
    })),
);
