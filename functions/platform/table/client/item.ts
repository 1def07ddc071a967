/** An item of the table, with plain values. */
export type Item = Readonly<Record<string, unknown>>;
