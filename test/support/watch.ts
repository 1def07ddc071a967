import type { Interceptor } from '../../functions/platform/table/client/dynamo.ts';

/** Stands around every request to DynamoDB: `watch` adds somebody who sees each, and answers how to end that. */
export const watching = () => {
  const watchers = new Set<Interceptor>();
  const interceptor: Interceptor = (request, next) =>
    [...watchers].reduce<typeof next>(
      (inner, watcher) => (more) => watcher(request, (own) => inner({ ...more, ...own })),
      next,
    )();
  const watch = (watcher: Interceptor) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  };
  return { interceptor, watch };
};

/** The names of all commands, in their order. */
export const listing =
  (requests: string[]): Interceptor =>
  (request, next) => {
    requests.push(request.command);
    return next();
  };
