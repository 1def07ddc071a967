import * as v from 'valibot';
import { ApiError } from '../../platform/errors.ts';
import { reply } from '../../platform/http/route.ts';
import { plainRoute } from '../klaviyo/protocol.ts';
import { Config, readConfig } from './config.ts';
import { loadScripts } from './script-files.ts';

export const getOnsiteConfig = plainRoute({
  method: 'GET',
  path: '/client/onsite',
  summary: 'Get the configuration of the scripts of a website',
  description: 'For pages that load a version of a script with `integrity`. `/onsite.js` contains it.',
  scope: 'public',
  status: 200,
  result: Config,

  async handle(_, context) {
    const config = await readConfig('', await loadScripts(), context);
    return reply(config, { headers: { 'cache-control': 'public, max-age=300' } });
  },
});

/** Chromium accepts at most 400 days. */
const MAX_AGE_SECONDS = 730 * 24 * 60 * 60;
const MAX_VALUE = 3_000;

const VisitorCookie = v.object({
  value: v.pipe(
    v.string(),
    v.maxLength(MAX_VALUE, `The value of the cookie has at most ${MAX_VALUE} characters.`),
    v.regex(/^[A-Za-z0-9+/=_.-]+$/, 'The value of the cookie is Base64, as the script writes it.'),
  ),
  domain: v.nullish(v.pipe(v.string(), v.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'Write a domain as shop.example.'))),
});

export const setVisitorCookie = plainRoute({
  method: 'POST',
  path: '/client/visitor',
  summary: "Set a visitor's cookie by HTTP",
  description:
    'For websites whose script comes from their own domain: browsers keep a cookie that HTTP sets for longer than ' +
    'one that a script sets. Called by the script after consent. The deployment names the origins ' +
    '(`-c websiteOrigins=…`): the response allows the origin of the caller with cookies, never every origin.',
  scope: 'public',
  status: 204,
  maxBodyBytes: 8_192,
  body: VisitorCookie,
  headers: { 'Set-Cookie': 'The cookie `__tb_id`.' },

  async handle({ body: { value, domain } }, { callerOrigin, settings }) {
    const host = hostOf(callerOrigin);
    if (callerOrigin === undefined || host === undefined || !settings.websiteOrigins?.includes(callerOrigin))
      throw new ApiError('permission_denied', {
        detail:
          'Cookies are set only for pages of a known origin: deploy with -c websiteOrigins=https://shop.example, and call from a page.',
        source: { header: 'origin' },
      });
    if (domain && host !== domain && !host.endsWith(`.${domain}`))
      throw new ApiError('invalid', {
        detail: `A page of ${host} can set no cookie for ${domain}.`,
        source: { pointer: '/domain' },
      });
    const attributes = [
      `__tb_id=${value}`,
      `Max-Age=${MAX_AGE_SECONDS}`,
      'Path=/',
      ...(domain ? [`Domain=${domain}`] : []),
      'Secure',
      'SameSite=Lax',
    ];
    return reply(undefined, { headers: { 'set-cookie': attributes.join('; ') } });
  },
});

const hostOf = (origin: string | undefined): string | undefined =>
  origin !== undefined && URL.canParse(origin) ? new URL(origin).hostname : undefined;
