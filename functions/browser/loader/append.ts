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

export type Append = (path: string, attributes: Partial<HTMLScriptElement>) => void;

/** Loads our other scripts. Under Trusted Types, its policy allows nothing but URLs below `base`. */
export const openAppend = (base: string, nonce: string): Append => {
  let policy: Policy | undefined;
  return (path, attributes) => {
    const script = Object.assign(document.createElement('script'), { nonce }, attributes);
    const url = `${base}/${path}`;
    try {
      policy ??= window.trustedTypes?.createPolicy('tributary', { createScriptURL: (one) => one });
      script.src = policy?.createScriptURL(url) ?? url;
      document.head.append(script);
    } catch {
      // The page's policy does not name us.
    }
  };
};
