import { hash } from 'node:crypto';

type Values = Readonly<Record<string, unknown>>;

const MAX_CHARACTERS = 2_000;

/** What differs between two states, as JSON: nothing that stayed the same, and a digest of what is long. */
export const changedValues = (
  before: Values | undefined,
  after: Values | undefined,
): { readonly before?: string; readonly after?: string } => {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = names.filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
  return {
    ...(before && { before: toText(before, changed) }),
    ...(after && { after: toText(after, changed) }),
  };
};

const toText = (values: Values, names: readonly string[]): string =>
  JSON.stringify(Object.fromEntries(names.map((name) => [name, shortened(values[name])])));

const shortened = (value: unknown): unknown => {
  const text = JSON.stringify(value) ?? '';
  return text.length > MAX_CHARACTERS ? { bytes: Buffer.byteLength(text), sha256: hash('sha256', text) } : value;
};
