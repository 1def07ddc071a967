/** What a row says of a consent. */
export interface RowConsent {
  readonly channel: 'email' | 'sms';
  readonly type: 'marketing' | 'transactional';
  readonly to: 'SUBSCRIBED' | 'UNSUBSCRIBED';
  /** When it was given or withdrawn; absent where the file doesn't say. */
  readonly at?: Date;
  /** Said by a flag that exports keep though somebody opted out elsewhere: it does not undo an opt-out. */
  readonly isWeak?: boolean;
  /** Where it was given, and why it may be used. */
  readonly source?: string;
  readonly basis?: string;
  readonly column: string;
}
