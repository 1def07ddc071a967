import { serveHttp } from '../http/serve.ts';
import { serveExhausted } from '../workers/exhausted.ts';
import { serveQueue } from '../workers/serve.ts';
import type { Domain } from './service.ts';

/** One entry point for each kind of event source. `lib/constructs/domain-function.ts` picks by these names. */
export const lambda = (domain: Domain) => ({
  http: serveHttp(domain),
  queue: serveQueue(domain),
  exhausted: serveExhausted(domain),
});

/** Few domains work on changes, and one reads the stream: the others' bundles don't hold how. */
export type EntryPoint = keyof ReturnType<typeof lambda> | 'change' | 'stream';
