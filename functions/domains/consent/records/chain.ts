import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { definition } from '../../../platform/table/definition.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Write } from '../../../platform/table/write.ts';

/** An entry's place in the chain of its ledger. */
export const Link = v.object({
  /** From 1, in the order in which entries were recorded. */
  n: v.number(),
  /** The hash of the one before; empty for the first. */
  previous: v.string(),
  /** SHA-256 of all else that the entry holds, its keys and the two above among it. */
  hash: v.string(),
});
export type Link = v.InferOutput<typeof Link>;

/** The newest entry of a chain. */
export type Head = Pick<Link, 'n' | 'hash'>;

const START: Head = { n: 0, hash: '' };

/** Binds the entries among these writes to the chains that end in these heads, by partition, and says where they end then. */
export const linkEntries = (
  writes: readonly Write[],
  heads: ReadonlyMap<string, Head | undefined>,
): { readonly writes: Write[]; readonly heads: ReadonlyMap<string, Head> } => {
  const moved = new Map<string, Head>();
  const bound = writes.map((write) => {
    const { pk } = write.key;
    if (!heads.has(pk)) return write;
    const before = moved.get(pk) ?? heads.get(pk) ?? START;
    const { Item = {}, ...parameters } = write.parameters;
    const place = { n: before.n + 1, previous: before.hash };
    const item = { ...v.parse(v.record(v.string(), v.unknown()), Item), chain: place };
    const hash = hashOf(item);
    moved.set(pk, { n: place.n, hash });
    return { ...write, parameters: { ...parameters, Item: { ...item, chain: { ...place, hash } } } };
  });
  return { writes: bound, heads: moved };
};

/** Of an entry as it is stored: whatever is added, changed or taken away shows. */
export const hashOf = ({ chain, ...item }: Item): string => {
  const { hash: _, ...place } = v.parse(v.record(v.string(), v.unknown()), chain);
  return createHash('sha256')
    .update(canonical({ ...item, chain: place }))
    .digest('base64url');
};

/** JSON with its members in order; DynamoDB keeps none. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
};

/** What is wrong in a ledger. */
export interface Fault {
  readonly kind: 'changed' | 'missing' | 'unlinked' | 'doubled' | 'head' | 'state';
  /** Where in the chain. */
  readonly n?: number;
  /** The sort key of the entry. */
  readonly entry?: string;
  readonly detail: string;
}

/** All that doesn't fit together in the entries of one ledger: each by itself, with the one before, and the last with the head. */
export const faultsIn = (items: readonly Item[], head: Head | undefined): Fault[] => {
  const faults: Fault[] = [];
  const places = new Map<number, { readonly entry: string; readonly link: Link }>();
  for (const item of items) {
    const entry = String(item[definition.sk]);
    const link = linkOf(item);
    const n = link && { n: link.n };
    if (!link || hashOf(item) !== link.hash)
      faults.push({ kind: 'changed', ...n, entry, detail: 'It is not what was recorded.' });
    if (!link) continue;
    const other = places.get(link.n)?.entry;
    if (other !== undefined)
      faults.push({ kind: 'doubled', ...n, entry, detail: `Its place is that of ${other} too.` });
    places.set(link.n, { entry, link });
  }

  let before: Head = START;
  for (const [n, { entry, link }] of [...places].toSorted(([a], [b]) => a - b)) {
    if (n > before.n + 1) faults.push(gap(before.n + 1, n - 1));
    else if (link.previous !== before.hash)
      faults.push({
        kind: 'unlinked',
        n,
        entry,
        detail: 'It was recorded after another entry than the one before it.',
      });
    before = link;
  }
  return [...faults, ...faultsAtEnd(before, head)];
};

const faultsAtEnd = (last: Head, head: Head | undefined): Fault[] => {
  if (!head) return last.n === 0 ? [] : [{ kind: 'head', detail: 'Where the chain ends is not recorded.' }];
  if (head.n > last.n) return [gap(last.n + 1, head.n)];
  if (head.n === last.n && head.hash === last.hash) return [];
  return [{ kind: 'head', n: head.n, detail: 'The last entry is not the one that is recorded as the last.' }];
};

const gap = (from: number, to: number): Fault => ({
  kind: 'missing',
  n: from,
  detail: from === to ? `Entry ${from} is missing.` : `Entries ${from} to ${to} are missing.`,
});

export const linkOf = ({ chain }: Item): Link | undefined => {
  const read = v.safeParse(Link, chain);
  return read.success ? read.output : undefined;
};
