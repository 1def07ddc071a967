import type { MethodName } from '../loader/api.ts';
import { type Call, LEFT, type Run, type VIEW } from '../loader/call.ts';
import { parseJson } from '../shared/attempt.ts';
import type { Visitor } from '../shared/internals.ts';
import type { Store } from '../shared/store.ts';
import { parseVisitor } from './visitor/cookie.ts';

/** When the page made a call, and the id of its event, if it has one already. */
export interface Made {
  readonly time: number;
  readonly id?: string;
}

type Method = (args: readonly unknown[], made: Made) => unknown;
export type Methods = Readonly<Record<MethodName | typeof VIEW, Method>>;

/** Runs calls when the tracker is ready. A call may have a callback as last argument. None throws into the page. */
export const openRun =
  (ready: Promise<Methods>): Run =>
  ([name, args, time, resolve]) => {
    const last = args[args.length - 1];
    const given = args.filter((one) => typeof one !== 'function');
    void ready
      .then((methods) => methods[name](given, { time }))
      .catch(() => false)
      .then((value) => {
        resolve?.(value);
        if (typeof last === 'function') last(value);
      });
  };

/**
 * Runs the calls that earlier pages left behind, unless they are of another visitor. Other tabs may run them as well: each
 * event has one id.
 */
export const runLeft = (store: Store, methods: Methods, current: Visitor | undefined): void => {
  for (const key of store.keys(LEFT).sort()) {
    const [calls, cookie]: [Call[], string?] = parseJson(store.get(key), [[]]);
    store.remove(key);
    const visitor = parseVisitor(cookie);
    if (visitor && visitor.cid !== current?.cid) continue;
    for (const [index, [name, args, time]] of calls.entries())
      if (/^(view|track|identify)/.test(name)) methods[name](args, { time, id: key + index });
  }
};
