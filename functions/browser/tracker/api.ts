type Method = (...args: readonly unknown[]) => unknown;
const names = [
  'identify',
  'track',
  'trackViewedItem',
  'isIdentified',
  'openForm',
  'account',
  'cookieDomain',
  'consent',
] as const;
export type Methods = Readonly<Record<(typeof names)[number], Method>>;

type Push = (...calls: unknown[]) => void;

/**
 * Adds the methods to the object of the page, and `push` for calls as arrays, which it returns. Each method waits until
 * the tracker is ready, returns a promise, and takes a callback as last argument. None throws into the page.
 */
export const addMethods = (api: Record<string, unknown>, ready: Promise<Methods>): Push => {
  for (const name of names) {
    api[name] = (...args: unknown[]): Promise<unknown> => {
      const last = args[args.length - 1];
      const given = args.filter((one) => typeof one !== 'function');
      const result = ready.then((methods) => methods[name](...given)).catch(() => false);
      if (typeof last === 'function') void result.then((value) => last(value));
      return result;
    };
  }
  const push: Push = (...calls) => {
    for (const call of calls) {
      const [name, ...args] = Array.isArray(call) ? call : [];
      const method = api[name];
      if (typeof method === 'function') method(...args);
    }
  };
  api.push = push;
  return push;
};

/** Replaces a global of the page, and runs the calls that wait in it. */
export const takeOver = (name: string, push: Push, by: object = { push }): void => {
  const waiting: unknown = Reflect.get(window, name);
  Reflect.set(window, name, by);
  if (Array.isArray(waiting)) push(...waiting);
};
