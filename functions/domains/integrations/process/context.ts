import type { IngestContext } from '../../events/ingest.ts';
import type { Integration } from '../records/integration.ts';

/** What the processing of one delivery knows. */
export interface ProcessContext extends IngestContext {
  readonly integration: Integration;
  readonly delivery: {
    readonly id: string;
    readonly topic: string;
    readonly receivedAt: Date;
    readonly shop?: string | undefined;
  };
}

/** A delivery names an object of which nothing is known yet. Deliveries come in any order. */
export class UnknownObjectError extends Error {
  override readonly name = 'UnknownObjectError';
}
