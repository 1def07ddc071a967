import { type Api, defineApi } from '../loader/api.ts';
import { openAppend } from '../loader/append.ts';
import { followViews } from '../loader/views.ts';
import type { Config } from '../shared/config.ts';
import { baseOf } from './base.ts';
import { openRun } from './calls.ts';
import { open } from './open.ts';

/** The tracker without a loader, for tags that name its integrity: `/onsite/{version}/tracker.js`. */
const start = ({ src, dataset, nonce }: HTMLScriptElement): void => {
  const { searchParams } = new URL(src);
  const base = baseOf(dataset.api ?? src.slice(0, src.lastIndexOf('/onsite/')));
  const api: Api = {};
  const company = dataset.companyId ?? searchParams.get('company_id');
  const ready = fetch(`${base}/client/onsite?company_id=${company}`, { credentials: 'omit' })
    .then((response): Promise<Config> => response.json())
    .then((config) => open(config, base, { api, append: openAppend(base, nonce) }));
  const run = openRun(ready);
  followViews(run);
  defineApi(api, run, searchParams.get('alias') === 'klaviyo');
};

const script = document.currentScript;
// A page may have the tag twice.
if (script instanceof HTMLScriptElement && !window.tributary?._?.config) start(script);
