import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { ApiError } from '../../platform/errors.ts';
import { type Config, readConfig } from './config.ts';
import { route } from './protocol.ts';
import { loadScripts, type ScriptFile, type ScriptFiles, serveScript } from './script-files.ts';

/** A change of the account or a new version reaches browsers within five minutes. */
const SHORT = 'public, max-age=300, stale-while-revalidate=86400';
/** The path contains a hash of the content. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

const common = { method: 'GET', scope: 'open', status: 200, result: v.string() } as const;

const ScriptQuery = v.object({ company_id: v.string(), alias: v.optional(v.literal('klaviyo')) });

export const getOnsiteScript = route({
  ...common,
  path: '/onsite.js',
  summary: 'Get the script of a website, with the configuration of the account',
  description:
    'For the tag `<script async src="https://…/onsite.js?company_id=ABC123"></script>`. `alias=klaviyo` also ' +
    'defines the global `klaviyo`. Compressed by Brotli or gzip; browsers keep it for five minutes.',
  query: ScriptQuery,

  handle: async (_, context) => configuredScript('/onsite.js', context),
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
    const name = (['tracker', 'forms'] as const).find((one) => params.file === `${one}.js`);
    const script = name && scripts[name];
    if (script?.version !== params.version)
      throw new ApiError('not_found', {
        detail: `There is no ${params.file} of version ${params.version.slice(0, 40)}. The versions in use: ${describeVersions(scripts)}.`,
      });
    return plainScript(script, context);
  },
});

const describeVersions = (scripts: ScriptFiles): string =>
  Object.entries(scripts)
    .map(([name, { version }]) => `/onsite/${version}/${name}.js`)
    .join(', ');

export const getNamedScript = route({
  ...common,
  path: '/files/{account}/{name}',
  summary: 'Get a script under the name that the account chose',
  description: 'The names are the account setting `scriptNames`. Blocklists of known names do not contain them.',
  query: v.object({ alias: v.optional(v.literal('klaviyo')), v: v.optional(v.string()) }),
  errors: ['not_found'],

  async handle({ params: { account, name }, query }, context) {
    const { scriptNames } = context.accountSettings;
    if (name === scriptNames?.tracker) return configuredScript(`/files/${account}/${name}`, context);
    const { forms } = await loadScripts();
    if (name === scriptNames?.forms) return plainScript(forms, context, query.v === forms.version ? IMMUTABLE : SHORT);
    throw new ApiError('not_found', {
      detail: `This account has no script ${name.slice(0, 60)}. Its names: npm run admin -- accounts set 'scriptNames={"tracker":"shop.js","forms":"dialog.js"}'.`,
    });
  },
});

/** The tracker, after a statement that defines its configuration. */
const configuredScript = async (path: string, context: Context) => {
  const scripts = await loadScripts();
  const text = `window.__tributary=${toScriptJson(await readConfig(path, scripts, context))};\n${scripts.tracker.text}`;
  const etag = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return serveScript({ text, etag, cacheControl: SHORT }, context);
};

const plainScript = ({ text, version }: ScriptFile, context: Context, cacheControl = IMMUTABLE) =>
  serveScript({ text, etag: version, cacheControl }, context);

/** JSON that is also safe in a script element of a page. */
const toScriptJson = (config: Config): string =>
  JSON.stringify(config).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
