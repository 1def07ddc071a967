import * as v from 'valibot';
import { readConsentAt, readLedgerPage } from '../../../domains/consent/actions.ts';
import { allTopics, Channel, ConsentType, isTopic } from '../../../domains/consent/records/consent.ts';
import { ListId } from '../../../domains/lists/list.ts';
import { parseTime } from '../../../model/time.ts';
import {
  collectionDocument,
  documentSchema,
  linkTo,
  resource,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { createPageLinks } from '../../pages/preferences.ts';
import { route } from '../protocol.ts';
import { ConsentAnswerView, consentAnswerView, Ledger, LedgerEntryView, ledgerEntryView } from './view.ts';

const NO_TOPIC = `This channel has no such type. Topics are: ${allTopics.map(({ channel, type }) => `${channel} ${type}`).join(', ')}.`;

/** A `+` in a query arrives as a space. */
const Moment = v.pipe(
  v.string(),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const at = parseTime(value.replace(/ (?=\d\d:?\d\d$)/, '+'));
    if (at && at.getUTCFullYear() < 10_000) return at;
    addIssue({ message: '`at` is a time such as 2026-01-31T12:00:00Z.' });
    return NEVER;
  }),
);

export const getConsentLedger = route({
  method: 'GET',
  path: '/api/profiles/{id}/consent-ledger',
  summary: 'List the consent changes of a profile',
  description:
    'Every recorded change, newest first: who, when, how and from where. Entries of the kind `list` are about ' +
    'the messages of one list. They are returned only without the filters `channel` and `type`.',
  scope: 'subscriptions:read',
  status: 200,
  reading: { fields: { 'consent-ledger-entry': LedgerEntryView }, page: { default: 20, max: 100 } },
  query: v.pipe(
    v.object({ channel: v.optional(Channel), type: v.optional(ConsentType) }),
    v.forward(
      v.check((query) => isTopic(query), NO_TOPIC),
      ['type'],
    ),
  ),
  result: Ledger,
  errors: ['not_found'],

  async handle({ params: { id }, query: { channel, type }, selection: { page, fields } }, context) {
    const topic = { ...(channel && { channel }), ...(type && { type }) };
    const { items, ...cursors } = await readLedgerPage({ profileId: id, ...topic, ...page }, context);
    return collectionDocument(
      { ...cursors, items: items.map((one) => ledgerEntryView(one, context, fields)) },
      context,
    );
  },
});

export const createConsentLinks = route({
  method: 'POST',
  path: '/api/profiles/{id}/consent-links',
  summary: 'Create preference and unsubscribe links for a message to a profile',
  description:
    'For the body of a message, and `unsubscribe_url` for its headers: `List-Unsubscribe: <unsubscribe_url>` ' +
    'and `List-Unsubscribe-Post: List-Unsubscribe=One-Click`. Anyone who has a link can change this consent. ' +
    'Links work until `admin tokens rotate --purpose preferences --revoke`.',
  scope: 'subscriptions:write',
  status: 200,
  query: v.object({ list_id: v.optional(ListId) }),
  result: documentSchema('consent-links', v.object({ preferences_url: v.string(), unsubscribe_url: v.string() })),
  errors: ['not_found'],

  async handle({ params: { id }, query: { list_id: listId } }, context) {
    const attributes = await createPageLinks({ profileId: id, ...(listId !== undefined && { listId }) }, context);
    const self = `${linkTo(context.origin, '/api/profiles', id)}consent-links/`;
    return resourceDocument({
      ...resource({ type: 'consent-links', id, path: '', attributes: { ...attributes } }, context),
      links: { self },
    });
  },
});

export const getConsentAnswer = route({
  method: 'GET',
  path: '/api/profiles/{id}/consent',
  summary: 'Get the consent of a profile at a point in time',
  description: 'Whether the profile may be contacted, now or at another time, with the ledger entry that proves it.',
  scope: 'subscriptions:read',
  status: 200,
  query: v.pipe(
    v.object({
      channel: v.optional(Channel, 'email'),
      type: v.optional(ConsentType, 'marketing'),
      at: v.optional(Moment),
    }),
    v.forward(
      v.check((query) => isTopic(query), NO_TOPIC),
      ['type'],
    ),
  ),
  result: documentSchema('consent-answer', ConsentAnswerView),
  errors: ['not_found'],

  async handle({ params: { id }, query: { channel, type, at = undefined } }, context) {
    return resourceDocument(
      consentAnswerView(
        await readConsentAt({ profileId: id, channel, type, at: at ?? context.now() }, context),
        context,
      ),
    );
  },
});
