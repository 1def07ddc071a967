/** An item of the table, in plain values. */
export type Item = Readonly<Record<string, unknown>>;
