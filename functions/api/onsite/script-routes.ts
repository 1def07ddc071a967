import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { ApiError } from '../../platform/errors.ts';
import { loaderSettings, readConfig } from './config.ts';
import { route } from './protocol.ts';
import { loadScripts, type ScriptFile, type ScriptFiles, serveScript } from './script-files.ts';

/** A change of the account or a new version reaches browsers within five minutes. */
const SHORT = 'public, max-age=300, stale-while-revalidate=86400';
/** The path contains a hash of the content. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

const common = { method: 'GET', scope: 'open', status: 200, result: v.string() } as const;

const Options = { alias: v.optional(v.literal('klaviyo')), v: v.optional(v.string()) };
const ScriptQuery = v.object({ company_id: v.string(), ...Options });

export const getOnsiteScript = route({
  ...common,
  path: '/onsite.js',
  summary: 'Get the script of a website',
  description:
    'For the tag `<script async src="https://…/onsite.js?company_id=ABC123"></script>`. `alias=klaviyo` also ' +
    'defines the global `klaviyo`. Compressed by Brotli or gzip; browsers keep it for five minutes. It loads the tracker ' +
    'when a page needs it: the same URL with `v`, a version that never changes.',
  query: ScriptQuery,

  handle: async ({ query: { company_id, ...options } }, context) =>
    accountScript({ path: '/onsite.js', query: `company_id=${encodeURIComponent(company_id)}&`, ...options }, context),
});

export const getVersionedScript = route({
  ...common,
  path: '/onsite/{version}/{file}',
  summary: 'Get one version of a script',
  description:
    '`tracker.js` or `forms.js`. The content of a version never changes, so a page can name its `integrity`, and ' +
    'browsers keep it for a year. The script then reads its configuration from `GET /client/onsite`.',
  errors: ['not_found'],

  async handle({ params }, context) {
    const scripts = await loadScripts();
    const script = { 'tracker.js': scripts.standalone, 'forms.js': scripts.forms }[params.file];
    if (script?.version !== params.version)
      throw new ApiError('not_found', {
        detail: `There is no ${params.file} of version ${params.version.slice(0, 40)}. The versions in use: ${describeVersions(scripts)}.`,
      });
    return plainScript(script, context);
  },
});

const describeVersions = ({ standalone, forms }: ScriptFiles): string =>
  `/onsite/${standalone.version}/tracker.js, /onsite/${forms.version}/forms.js`;

export const getNamedScript = route({
  ...common,
  path: '/files/{account}/{name}',
  summary: 'Get a script under the name that the account chose',
  description: 'The names are the account setting `scriptNames`. Blocklists of known names do not contain them.',
  query: v.object(Options),
  errors: ['not_found'],

  async handle({ params: { account, name }, query }, context) {
    const { scriptNames } = context.accountSettings;
    if (name === scriptNames?.tracker)
      return accountScript({ path: `/files/${account}/${name}`, query: '', ...query }, context);
    const { forms } = await loadScripts();
    if (name === scriptNames?.forms) return plainScript(forms, context, query.v === forms.version ? IMMUTABLE : SHORT);
    throw new ApiError('not_found', {
      detail: `This account has no script ${name.slice(0, 60)}. Its names: npm run admin -- accounts set 'scriptNames={"tracker":"shop.js","forms":"dialog.js"}'.`,
    });
  },
});

interface AccountScript {
  readonly path: string;
  /** What the tracker's URL has before its version. */
  readonly query: string;
  readonly alias?: 'klaviyo' | undefined;
  /** The version of the tracker. Without it, the loader is served. */
  readonly v?: string | undefined;
}

/** The loader, or the tracker that it loads, after a statement with what they have to know about the account. */
const accountScript = async ({ path, query, alias, v: wanted }: AccountScript, context: Context) => {
  const scripts = await loadScripts();
  const config = await readConfig(path, scripts, context);
  const tracker = `window.__tributary=${toScriptJson(config)};\n${scripts.tracker.text}`;
  const version = versionOf(tracker);
  // A page of the moment before a change may ask for an earlier one.
  if (wanted !== undefined)
    return serveScript({ text: tracker, etag: version, cacheControl: wanted === version ? IMMUTABLE : SHORT }, context);
  const settings = loaderSettings(config, { tracker: `${path.slice(1)}?${query}v=${version}`, alias });
  const text = `window.__tb=${toScriptJson(settings)};\n${scripts.loader.text}`;
  return serveScript({ text, etag: versionOf(text), cacheControl: SHORT }, context);
};

const versionOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const plainScript = ({ text, version }: ScriptFile, context: Context, cacheControl = IMMUTABLE) =>
  serveScript({ text, etag: version, cacheControl }, context);

/** JSON that is also safe in a script element of a page. */
const toScriptJson = (value: object): string =>
  JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
