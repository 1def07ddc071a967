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

/** Under Trusted Types: whatever it is asked for, the policy allows the URL of our own forms. */
const trusted = (url: string): string =>
  window.trustedTypes?.createPolicy('tributary', { createScriptURL: () => url }).createScriptURL(url) ?? url;

type Open = (formId: string) => void;

/** Loads the script of the forms where the account has any, and passes `openForm` on to it. */
export const openForms = (base: string, config: Config, nonce: string) => {
  let register: (open: Open) => void = () => undefined;
  const opener = new Promise<Open>((resolve) => {
    register = resolve;
  });
  const load = (): void => {
    if (!config.forms) return;
    const script = document.createElement('script');
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
    open: async (formId: string): Promise<void> => (await opener)(formId),
    register,
  };
};
