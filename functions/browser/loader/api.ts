import type { Run } from './call.ts';

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
export type MethodName = (typeof names)[number];

/** The object of the page. */
export type Api = Record<string, unknown>;

/** The globals of the page. Without the alias, some may be Klaviyo's own. */
const globals = (isAlias: boolean): string[] => [
  'tributary',
  '_tributary',
  ...(isAlias ? ['klaviyo', '_klOnsite', '_learnq'] : []),
];

/** Adds the methods, which return promises, and `push` for calls as arrays. Then runs the calls that wait in arrays. */
export const defineApi = (api: Api, run: Run, isAlias: boolean): void => {
  for (const name of names)
    api[name] = (...args: unknown[]): Promise<unknown> =>
      new Promise((resolve) => run([name, args, Date.now(), resolve]));
  const push = (...calls: unknown[]): void => {
    for (const call of calls) {
      const [name, ...args] = Array.isArray(call) ? call : [];
      const method = api[name];
      if (typeof method === 'function') method(...args);
    }
  };
  api.push = push;
  for (const name of globals(isAlias)) {
    const waiting: unknown = Reflect.get(window, name);
    Reflect.set(window, name, api);
    if (Array.isArray(waiting)) push(...waiting);
  }
};
