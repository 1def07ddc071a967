import { estimates, operations, type Units } from './operations.ts';

/** Measured figures of event ingestion. `npm run bench` measures all of them again. */
export interface Measures {
  /** An event of an existing profile. */
  readonly event: Units;
  /** Milliseconds of a whole core: for a request with one event, and for each further event of a batch. */
  readonly cpuMs: { readonly first: number; readonly further: number };
  /** Bytes of an event as JSON in a request. */
  readonly sentBytes: number;
}

/** Measured in November 2026, on Node 24.21 and an x86 core; with larger events than those of the bench. */
export const measures: Measures = {
  event: operations.event,
  cpuMs: { first: 0.55, further: 0.08 },
  sentBytes: 1_000,
};

/** Billed milliseconds of Lambda: CPU time at the function's share of a core, and the wait for DynamoDB. */
export const requestMs = (batch: number, { cpuMs }: Measures = measures): number =>
  (cpuMs.first + cpuMs.further * (batch - 1)) * (estimates.lambdaCoreGb / estimates.lambdaGb) + estimates.waitMs;
