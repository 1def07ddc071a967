import { estimates, operations, type Units } from './operations.ts';

/** What taking events in was measured to take. `npm run bench` measures all of it anew. */
export interface Measures {
  /** An event of a known person. */
  readonly event: Units;
  /** Milliseconds of a whole core: of a request with one event, and of each further event of a batch. */
  readonly cpuMs: { readonly first: number; readonly further: number };
  /** Of an event as JSON in a request. */
  readonly sentBytes: number;
}

/** In November 2026, on Node 24.21 and an x86 core; with more bytes than the bench's own events have. */
export const measures: Measures = {
  event: operations.event,
  cpuMs: { first: 0.55, further: 0.08 },
  sentBytes: 1_000,
};

/** What Lambda bills: a core's time at the share of one that the function has, and the wait for DynamoDB. */
export const requestMs = (batch: number, { cpuMs }: Measures = measures): number =>
  (cpuMs.first + cpuMs.further * (batch - 1)) * (estimates.lambdaCoreGb / estimates.lambdaGb) + estimates.waitMs;
