import { onNavigation } from '../shared/navigation.ts';
import type { LiveForm } from './definition/definition.ts';
import { openHost, tracker } from './host/host.ts';
import { openStage } from './stage.ts';
import { getJson } from './submit/requests.ts';

/** A global of the page: the page or another script may have put anything there. */
const globalOf = (name: string): unknown => Reflect.get(window, name);
const STARTED = '__tributaryForms';

const start = (script: HTMLScriptElement): void => {
  const host = openHost(script);
  const stage = getJson<{ readonly data: readonly LiveForm[] }>(host, 'forms').then((answer) =>
    openStage(answer?.data ?? [], host),
  );
  const methods = {
    openForm: async (formId: unknown): Promise<void> => (await stage).openForm(String(formId)),
    setHiddenFields: async (formId: unknown, values: unknown): Promise<void> =>
      (await stage).setHiddenFields(String(formId), Object(values)),
  };
  /** Joins the tracker's global, or stands in for it where it is blocked. */
  const attach = (): void => {
    const joined = tracker();
    joined?.forms((formId) => void methods.openForm(formId));
    // The loader's object is there before the tracker.
    if (window.tributary?._?.config)
      Reflect.set(Object(globalOf('tributary')), 'setHiddenFields', methods.setHiddenFields);
    else Reflect.set(window, 'tributary', methods);
  };
  Reflect.set(window, STARTED, attach);
  attach();

  const visit = async (): Promise<void> => (await stage).visit();
  const begin = (): void => void visit();
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', begin);
  else begin();
  onNavigation(begin);
};

const script = document.currentScript;
const started = globalOf(STARTED);
// The tracker loads this script as well where the page has it: then it only joins.
if (typeof started === 'function') started();
// Older browsers show no forms: without constructed style sheets a strict policy of the page would leave them bare.
else if (script instanceof HTMLScriptElement && 'replaceSync' in CSSStyleSheet.prototype) start(script);
