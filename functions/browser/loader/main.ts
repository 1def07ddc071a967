import { type Api, defineApi } from './api.ts';
import { openAppend } from './append.ts';
import type { Call, Run } from './call.ts';
import { onConsentMode } from './consent-platforms.ts';
import type { Handover, Settings } from './handover.ts';
import { leave, mayKeep, readCookie } from './leave.ts';
import { followViews } from './views.ts';

/** At most so many calls wait, if the tracker never comes; the oldest leave. */
const MAX_WAITING = 10_000;
/** A link that says who the visitor is. */
const LINK = /[?&](_kx|_ke|utm_email)=/;

const start = (script: HTMLScriptElement, { path, tracker, isAssumed, isKept, isAlias, isWanted }: Settings): void => {
  const append = openAppend(script.src.slice(0, script.src.indexOf(path)), script.nonce);
  let waiting: Call[] = [];
  let run: Run = (call) => {
    if (waiting.push(call) > MAX_WAITING) waiting.shift()?.[3]?.(false);
  };
  let isLoading = false;
  let isUndecided = false;
  const load = (): void => {
    if (isLoading) return;
    isLoading = true;
    append(tracker, {
      onerror: () => {
        isLoading = false;
        // Nobody waits for it. Another call, or the next page, tries again.
        for (const [, , , resolve] of waiting) resolve?.(false);
      },
    });
  };
  const api: Api = {};
  api._ = {
    config: true,
    script,
    api,
    append,
    begin: (by) => {
      run = by;
      waiting.forEach(by);
      waiting = [];
    },
  } satisfies Handover;

  let isKeeping = false;
  const leaveAll = () => leave(waiting, isLoading, isAssumed && !isUndecided && !window.__tcfapi);
  const keep = (): void => {
    if (!isKeeping || isLoading) return;
    // The tracker takes what was kept, and removes what is too old or too much.
    if (mayKeep() && leaveAll()) waiting = [];
    else load();
  };
  followViews((call) => {
    run(call);
    keep();
  });
  const runAndLoad: Run = (call) => {
    run(call);
    load();
  };
  defineApi(api, runAndLoad, isAlias === true);
  onConsentMode(() => {
    isUndecided = true;
    load();
  });
  const decide = (): void => {
    (window.requestIdleCallback ?? setTimeout)(() => {
      // Nobody is known, so there is nothing to send: what happens is kept without the tracker.
      isKeeping = isKept === true && !(readCookie() || window.__tcfapi || navigator.globalPrivacyControl);
      if (isKeeping) keep();
      else if (isWanted || window.__tcfapi) load();
    });
  };
  if (LINK.test(location.search)) load();
  if (document.readyState === 'complete') decide();
  else addEventListener('load', decide);
  addEventListener('pagehide', () => {
    leaveAll();
    waiting = [];
  });
};

const script = document.currentScript;
const settings = window.__tb;
// A page may have the tag twice.
if (script && 'src' in script && settings && !window.tributary?._?.config) start(script, settings);
