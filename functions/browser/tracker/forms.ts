import type { Config } from '../shared/config.ts';

interface Policy {
  createScriptURL(url: string): string;
}

declare global {
  interface Window {
    trustedTypes?: {
      createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
    };
  }
}

/** Under Trusted Types, only the URL of our own forms becomes a script. */
const trusted = (url: string): string => {
  const rules = {
    createScriptURL: (given: string): string => {
      if (given !== url) throw new TypeError('Not the URL of the forms.');
      return given;
    },
  };
  return window.trustedTypes?.createPolicy('tributary', rules).createScriptURL(url) ?? url;
};

/** Loads the script of the forms where the account has any, and passes `openForm` on to it. */
export const openForms = (base: string, config: Config, nonce: string) => {
  let waiting: string[] = [];
  let show = (formId: string): void => {
    waiting.push(formId);
  };
  const load = (): void => {
    if (!config.forms) return;
    const script = document.createElement('script');
    script.async = true;
    script.crossOrigin = 'anonymous';
    script.integrity = config.forms.integrity;
    script.nonce = nonce;
    script.dataset.companyId = config.company;
    script.dataset.api = base;
    try {
      script.src = trusted(base + config.forms.path);
      document.head.append(script);
    } catch {
      // The page's policy does not name us: it shows no forms.
    }
  };
  return {
    load: (): void => {
      if (document.readyState === 'complete') load();
      else addEventListener('load', load);
    },
    open: (formId: string): void => show(formId),
    register: (open: (formId: string) => void): void => {
      show = open;
      const forms = waiting;
      waiting = [];
      for (const formId of forms) open(formId);
    },
  };
};
