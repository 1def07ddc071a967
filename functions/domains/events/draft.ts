import type { Properties } from '../../model/properties.ts';
import type { Signals } from '../../model/signals.ts';
import type { ProfileInput } from '../profiles/records/profile.ts';
import type { ProfilePart } from '../profiles/records/profile-parts.ts';
import type { MetricName } from './records/ensure-metrics.ts';

/** An event as a protocol reads it from a request. `ingest` applies the rules that all protocols share. */
export interface EventDraft {
  readonly person: ProfileInput;
  readonly metric: MetricName;
  /** @default now */
  readonly time?: Date;
  /** The time was corrected by the clock of the caller: when the event is sent again, it gets a slightly other one. */
  readonly isTimeApproximate?: boolean;
  readonly properties: Properties;
  readonly value?: number;
  readonly valueCurrency?: string;
  readonly uniqueId?: string;
  readonly backfill: boolean;
  /** The signals of the body. `ingest` adds the header `Sec-GPC`. */
  readonly signals?: Signals;
  readonly pointers: EventPointers;
}

/** The place of each part in the caller's body, as JSON pointers: problems point there. */
export interface EventPointers {
  readonly event: string;
  readonly metric: string;
  readonly time: string;
  readonly uniqueId: string;
  /** The place of a part of what the event says of its person. */
  readonly person: (part: ProfilePart) => string;
}
