import type { Topic } from '../../consent/records/consent.ts';

/** A consent in a row. */
export interface RowConsent extends Topic {
  readonly to: 'SUBSCRIBED' | 'UNSUBSCRIBED';
  /** When it was given or withdrawn. Absent if the file does not have it. */
  readonly at?: Date;
  /** From a flag that exports keep even after an opt-out elsewhere. It does not undo an opt-out. */
  readonly isWeak?: boolean;
  /** The source and the legal basis. */
  readonly source?: string;
  readonly basis?: string;
  readonly column: string;
}
