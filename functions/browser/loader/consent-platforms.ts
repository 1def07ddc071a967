declare global {
  interface Window {
    dataLayer?: unknown[];
  }
}

/** Calls back for each command of Google consent mode: `gtag` adds its arguments to `dataLayer`. */
export const onConsentMode = (onCommand: (entry: unknown) => void): void => {
  window.dataLayer ??= [];
  const { dataLayer } = window;
  const { push } = dataLayer;
  const read = (entry: unknown): void => {
    if (Object(entry)[0] === 'consent') onCommand(entry);
  };
  dataLayer.forEach(read);
  dataLayer.push = (...entries) => {
    entries.forEach(read);
    return push.apply(dataLayer, entries);
  };
};
