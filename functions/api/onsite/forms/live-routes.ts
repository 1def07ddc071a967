import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { formTypes } from '../../../domains/forms/definition/version.ts';
import { replyIfChanged } from '../../../platform/http/response/if-changed.ts';
import { reply } from '../../../platform/http/route.ts';
import { OnsiteQuery } from '../../klaviyo/onsite.ts';
import { plainRoute } from '../../klaviyo/protocol.ts';
import { liveForms } from './live-forms.ts';
import { visitorDefinition } from './visitor-definition.ts';

const CACHE_SECONDS = 30;

const LiveForms = v.object({
  data: v.array(
    v.object({
      id: v.string(),
      version_id: v.string(),
      name: v.string(),
      type: v.picklist(formTypes),
      /** The version in Klaviyo's format, with markup as data. */
      definition: v.looseObject({ steps: v.array(v.unknown()) }),
      /** Whether a submission needs a solved challenge. */
      proof_of_work: v.boolean(),
    }),
  ),
});

export const getClientForms = plainRoute({
  method: 'GET',
  path: '/client/forms',
  summary: 'Get the live forms of an account, for its website',
  description:
    'What visitors are to see, with the triggers that decide when. Markup is data (`tree`), not HTML. A change ' +
    'reaches visitors within a minute.',
  scope: 'public',
  status: 200,
  query: OnsiteQuery,
  result: LiveForms,

  async handle(_, context) {
    const shown = await liveForms.all(context);
    const proof_of_work = (context.accountSettings.proofOfWork ?? 'off') !== 'off';
    const data = shown.map(({ form, version, content }) => ({
      id: form.id,
      version_id: version,
      name: form.name,
      type: content.type,
      definition: visitorDefinition(content),
      proof_of_work,
    }));
    const body = JSON.stringify({ data });
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const headers = { 'cache-control': `public, max-age=${CACHE_SECONDS}` };
    return replyIfChanged(context, { etag, headers }, (all) => reply(body, { headers: all }));
  },
});
