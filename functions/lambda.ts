import type { Domain } from './domain.ts';
import { serveHttp } from './http/serve.ts';
import { serveExhausted } from './triggers/exhausted.ts';
import { serveQueue } from './triggers/serve.ts';
import { serveStream } from './triggers/stream.ts';

/** One entry point for each kind of event source. `lib/constructs/domain-function.ts` picks by these names. */
export const lambda = (domain: Domain) => ({
  http: serveHttp(domain),
  queue: serveQueue(domain),
  exhausted: serveExhausted(domain),
  stream: serveStream(domain),
});

export type EntryPoint = keyof ReturnType<typeof lambda>;
