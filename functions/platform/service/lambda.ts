import { serveHttp } from '../http/serve.ts';
import { serveExhausted } from '../workers/exhausted.ts';
import { serveQueue } from '../workers/serve.ts';
import type { ServiceDeclaration } from './service.ts';

/**
 * The entry points of a service, one per kind of event source. `lib/constructs/functions/service-function.ts` refers to them by name.
 */
export const lambda = (service: ServiceDeclaration) => ({
  http: serveHttp(service),
  queue: serveQueue(service),
  exhausted: serveExhausted(service),
});

/** `change` and `stream` are exported separately: few services need them, and the bundles of the others stay small. */
export type EntryPoint = keyof ReturnType<typeof lambda> | 'change' | 'stream';
