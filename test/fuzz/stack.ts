import { randomBytes } from 'node:crypto';
import { allServices } from '../../functions/services.ts';
import type { LocalStack } from '../../lib/local/stack/stack-file.ts';
import { openapi } from '../../lib/openapi/openapi.ts';
import { type Asked, fuzz } from './schemathesis.ts';
import { ofAccount, sharpened } from './sharpen.ts';
import { makeThings } from './things.ts';

/** What is described as JSON: of pages for people a missing one is a page too, which the document does not tell. */
export const described = allServices.map((service) => ({
  ...service,
  routes: Object.fromEntries(
    Object.entries(service.routes).filter(([, { path }]) => /^\/(api|client)\/|^\/(health|openapi\.json)$/.test(path)),
  ),
}));

export interface Scale {
  readonly examples: number;
  readonly seed: number;
  readonly isThorough?: boolean;
}

/** What the document says may be sent, about what is there: most of it is to be accepted. */
export const fuzzAccepted = async (stack: LocalStack, scale: Scale): Promise<Asked[]> => {
  const { apiUrl, apiKey, companyId } = stack;
  const document = sharpened(ofAccount(openapi(described), companyId), await makeThings(stack));
  const headers = { authorization: `Klaviyo-API-Key ${apiKey}` };
  return fuzz({ ...scale, document, apiUrl, headers, mode: 'positive', isThorough: false });
};

/** What the document says, and what it forbids. */
export const fuzzAnything = ({ apiUrl, apiKey, companyId }: LocalStack, scale: Scale): Promise<Asked[]> => {
  const document = ofAccount(openapi(described), companyId);
  const headers = { authorization: `Bearer ${apiKey}` };
  return fuzz({ ...scale, document, apiUrl, headers, mode: 'all' });
};

/** Keys that nobody made, in every form that keys have; schemathesis also makes up its own. */
export const fuzzUnknown = async ({ apiUrl, companyId }: LocalStack, scale: Scale): Promise<Asked[]> => {
  const secret = randomBytes(20).toString('hex');
  const asked: Asked[] = [];
  for (const headers of [{ authorization: `Klaviyo-API-Key pk_${companyId}_${secret}` }, {}])
    asked.push(...(await fuzz({ ...scale, document: openapi(described), apiUrl, headers, mode: 'all' })));
  return asked;
};
