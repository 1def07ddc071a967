import { type Api, defineApi } from '../loader/api.ts';
import { openAppend } from '../loader/append.ts';
import { followViews } from '../loader/views.ts';
import type { Config } from '../shared/config.ts';
import { baseOf, readTag } from '../shared/tag.ts';
import { openRun } from './calls.ts';
import { open } from './open.ts';

const loadConfig = async (base: string, company: string): Promise<Config> => {
  const response = await fetch(`${base}/client/onsite?company_id=${company}`, {
    credentials: 'omit',
  });
  return response.json();
};

/** The tracker without a loader, for tags that name its integrity. */
const start = (script: HTMLScriptElement): void => {
  const tag = readTag(script);
  const given = window.__tributary;
  const base = baseOf(tag, given?.path);
  const api: Api = {};
  const ready = (given ? Promise.resolve(given) : loadConfig(base, tag.company)).then((config) =>
    open(config, base, { api, append: openAppend(base, script.nonce) }),
  );
  const run = openRun(ready);
  followViews(run);
  defineApi(api, run, tag.alias === 'klaviyo');
};

const script = document.currentScript;
// A page may have the tag twice.
if (script instanceof HTMLScriptElement && !window.tributary?._?.config) start(script);
