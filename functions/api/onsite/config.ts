import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { liveForms } from './forms/live-forms.ts';
import type { ScriptFiles } from './script-files.ts';

/** What the scripts have to know about an account. They read it as `Config` of `functions/browser/shared`. */
export const Config = v.object({
  company: v.string(),
  /** The path of this request. The address of the script without it is the base of its calls. */
  path: v.string(),
  consent: v.picklist(['required', 'assumed']),
  tracking: v.boolean(),
  backfill: v.boolean(),
  /** Whether `POST /client/visitor` may set the cookie. */
  httpCookie: v.boolean(),
  cookieDomain: v.optional(v.string()),
  forms: v.optional(v.object({ path: v.string(), integrity: v.string() })),
});
export type Config = v.InferOutput<typeof Config>;

/** The configuration for a script that was loaded from this path. Names the script of forms only if a form is live. */
export const readConfig = async (path: string, { forms }: ScriptFiles, context: Context): Promise<Config> => {
  const { accountSettings, settings } = context;
  const hasForms = await liveForms.any(context);
  const { id, trackingConsent, pageTracking, anonymousBackfill, cookieDomain } = accountSettings;
  return {
    company: id,
    path,
    consent: trackingConsent ?? 'required',
    tracking: pageTracking !== 'off',
    backfill: anonymousBackfill === 'on',
    httpCookie: settings.websiteOrigins !== undefined,
    ...(cookieDomain && { cookieDomain }),
    ...(hasForms && { forms: { path: formsPath(forms.version, accountSettings), integrity: forms.integrity } }),
  };
};

const formsPath = (version: string, { id, scriptNames }: Context['accountSettings']): string =>
  scriptNames ? `/files/${id}/${scriptNames.forms}?v=${version}` : `/onsite/${version}/forms.js`;

/** What the loader has to know. It reads it as `Settings` of `functions/browser/loader`; what is false is left out. */
export const loaderSettings = (
  { path, consent, tracking, backfill, forms }: Config,
  { tracker, alias }: { readonly tracker: string; readonly alias: string | undefined },
): object => {
  const isAssumed = tracking && consent === 'assumed';
  return {
    path,
    tracker,
    ...(isAssumed && { isAssumed }),
    ...(isAssumed && backfill && !forms && { isKept: true }),
    ...(alias && { isAlias: true }),
    ...((isAssumed || forms) && { isWanted: true }),
  };
};
