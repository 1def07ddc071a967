import * as v from 'valibot';
import { exportLedger, exportPage, type LedgerExport } from '../../../domains/consent/ledger/export.ts';
import { ApiError } from '../../../platform/errors.ts';
import { htmlString } from '../../../platform/html.ts';
import { documentSchema, resourceDocument } from '../../../platform/http/response/jsonapi.ts';
import { MAX_CONTENT_BYTES } from '../../../platform/http/response/shrink-page.ts';
import { reply } from '../../../platform/http/route.ts';
import { route } from '../protocol.ts';
import { LedgerExportView, ledgerExportView } from './ledger-view.ts';

export const exportConsentLedger = route({
  method: 'GET',
  path: '/api/profiles/{id}/consent/ledger',
  summary: 'Export the consent ledger of a profile',
  description:
    'Every ledger of the person as it is stored: of the profile, of profiles merged into it, and of its e-mail ' +
    'addresses. `how` describes how the hashes are computed, so anyone can verify without Tributary that no ' +
    'entry was changed or removed. `faults` lists what does not match, and `end` is the hash to keep.',
  scope: 'subscriptions:read',
  status: 200,
  result: documentSchema('consent-ledger', LedgerExportView),
  errors: ['not_found'],

  async handle({ params: { id } }, context) {
    return resourceDocument(ledgerExportView(whole(await exportLedger(id, context)), context));
  },
});

export const exportConsentLedgerPage = route({
  method: 'GET',
  path: '/api/profiles/{id}/consent/ledger.html',
  summary: 'Export the consent ledger of a profile as an HTML page',
  description: 'The JSON export as a page to read, print or hand over.',
  scope: 'subscriptions:read',
  status: 200,
  mediaType: 'text/html',
  result: v.string(),
  errors: ['not_found'],

  async handle({ params: { id } }, context) {
    const page = htmlString(exportPage(whole(await exportLedger(id, context))));
    return reply(page, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        'content-disposition': `inline; filename="consent.html"`,
      },
    });
  },
});

/** The export has no pages, since a part of a chain does not prove the rest. */
const whole = (found: LedgerExport): LedgerExport => {
  const bytes = Buffer.byteLength(JSON.stringify(found));
  if (bytes <= MAX_CONTENT_BYTES) return found;
  throw new ApiError('invalid', {
    detail: `This ledger has ${bytes} bytes, more than fit into a response. Export it with \`npm run admin -- consent export ${found.profile} --out ledger.json\`.`,
  });
};
