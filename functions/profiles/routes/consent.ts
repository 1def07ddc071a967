import * as v from 'valibot';
import { consentAt, ledgerPage } from '../../consent/actions.ts';
import { Channel, ConsentType } from '../../consent/consent.ts';
import { ConsentAnswerView, consentAnswerView, LedgerEntryView, ledgerEntryView } from '../../consent/views.ts';
import { collection, collectionOf, documentOf, one } from '../../http/jsonapi.ts';
import { route } from '../../http/route.ts';

export const getConsentLedger = route({
  method: 'GET',
  path: '/api/profiles/{id}/consent-ledger',
  summary: 'Get the history of the consent of a profile',
  description: 'Every change that was ever recorded, the newest first: who, when, how and from where.',
  scope: 'subscriptions:read',
  status: 200,
  reading: { fields: ['consent-ledger-entry'], page: { default: 20, max: 100 } },
  query: v.object({ channel: v.optional(Channel), type: v.optional(ConsentType) }),
  result: collectionOf('consent-ledger-entry', LedgerEntryView),
  errors: ['not_found'],

  async handle({ params: { id }, query: { channel, type }, selection: { page, fields } }, context) {
    const topic = { ...(channel && { channel }), ...(type && { type }) };
    const { items, ...cursors } = await ledgerPage({ profileId: id, ...topic, ...page }, context);
    return collection({ ...cursors, items: items.map((told) => ledgerEntryView(told, id, context, fields)) }, context);
  },
});

export const getConsentAnswer = route({
  method: 'GET',
  path: '/api/profiles/{id}/consent',
  summary: 'Ask whether a profile may be contacted at a moment',
  description: 'The answer for any moment, by default now, with the entry of the ledger that proves it.',
  scope: 'subscriptions:read',
  status: 200,
  query: v.object({
    channel: v.optional(Channel, 'email'),
    type: v.optional(ConsentType, 'marketing'),
    at: v.optional(
      v.pipe(
        v.string(),
        v.isoTimestamp('`at` is a time such as 2026-01-31T12:00:00Z.'),
        v.transform((text) => new Date(text)),
        v.check((at) => !Number.isNaN(at.getTime()), '`at` is no time that there is.'),
      ),
    ),
  }),
  result: documentOf('consent-answer', ConsentAnswerView),
  errors: ['not_found'],

  async handle({ params: { id }, query: { channel, type, at = undefined } }, context) {
    return one(
      consentAnswerView(await consentAt({ profileId: id, channel, type, at: at ?? context.now() }, context), context),
    );
  },
});
