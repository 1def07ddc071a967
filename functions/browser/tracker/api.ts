export type Methods = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;

type Push = (...calls: unknown[]) => void;

/** An argument that should be an object, as one. */
export const toObject = (value: unknown): Readonly<Record<string, unknown>> => Object(value ?? {});

/** Each method returns a promise, and takes a callback as last argument. None throws into the page. */
const callable =
  (method: (...args: readonly unknown[]) => Promise<unknown>) =>
  (...args: unknown[]): Promise<unknown> => {
    const last = args[args.length - 1];
    const result = method(...args.filter((one) => typeof one !== 'function')).catch(() => false);
    if (typeof last === 'function') void result.then((value) => last(value));
    return result;
  };

/** Adds the methods to the object of the page, and `push` for calls as arrays, which it returns. */
export const addMethods = (api: Record<string, unknown>, methods: Methods): Push => {
  for (const [name, method] of Object.entries(methods)) api[name] = callable(method);
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
