import { serveHttp } from '../http/serve.ts';
import { serveExhausted } from '../workers/exhausted.ts';
import { serveQueue } from '../workers/serve.ts';
import type { Domain } from './service.ts';

/**
 * The entry points of a domain, one for each kind of event source. `lib/constructs/functions/domain-function.ts` refers to them
 * by name.
 */
export const lambda = (domain: Domain) => ({
  http: serveHttp(domain),
  queue: serveQueue(domain),
  exhausted: serveExhausted(domain),
});

/** `change` and `stream` are exported separately: few domains need them, and the bundles of the others stay small. */
export type EntryPoint = keyof ReturnType<typeof lambda> | 'change' | 'stream';
