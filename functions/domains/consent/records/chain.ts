import { hash as digest } from 'node:crypto';
import * as v from 'valibot';
import { definition } from '../../../platform/table/definition.ts';
import type { Item } from '../../../platform/table/entity.ts';
import type { Write } from '../../../platform/table/write.ts';

/** The position of an entry in the chain of its ledger. */
export const Link = v.object({
  /** From 1, in the order in which entries were recorded. */
  n: v.number(),
  /** The hash of the previous entry; empty for the first. */
  previous: v.string(),
  /** SHA-256 of everything else in the entry, including its keys and the two members above. */
  hash: v.string(),
});
export type Link = v.InferOutput<typeof Link>;

/** The newest entry of a chain. */
export type Head = Pick<Link, 'n' | 'hash'>;

const START: Head = { n: 0, hash: '' };

/**
 * Links the ledger entries among these writes to their chains, and returns the new heads. `heads` are the current ones,
 * by partition.
 */
export const linkEntries = (
  writes: readonly Write[],
  heads: ReadonlyMap<string, Head | undefined>,
): { readonly writes: Write[]; readonly heads: ReadonlyMap<string, Head> } => {
  const newHeads = new Map<string, Head>();
  const linkedWrites = writes.map((write) => {
    const { pk } = write.key;
    if (!heads.has(pk)) return write;
    const before = newHeads.get(pk) ?? heads.get(pk) ?? START;
    const { Item = {}, ...parameters } = write.parameters;
    const link = { n: before.n + 1, previous: before.hash };
    const hash = hashOfContent({ ...Item, chain: link });
    newHeads.set(pk, { n: link.n, hash });
    return { ...write, parameters: { ...parameters, Item: { ...Item, chain: { ...link, hash } } } };
  });
  return { writes: linkedWrites, heads: newHeads };
};

/** The hash of a stored entry. It changes with anything that is added, changed or removed. */
export const hashOf = ({ chain, ...item }: Item): string => {
  const { hash: _, ...link } = v.parse(v.record(v.string(), v.unknown()), chain);
  return hashOfContent({ ...item, chain: link });
};

const hashOfContent = (content: Item): string => digest('sha256', canonicalJson(content), 'base64url');

/** JSON with sorted members: DynamoDB keeps no order. */
const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  let members = '';
  for (const name of Object.keys(value).sort()) {
    const member: unknown = Reflect.get(value, name);
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
};

/** A fault in a ledger. */
export interface Fault {
  readonly kind: 'changed' | 'missing' | 'unlinked' | 'doubled' | 'head' | 'state';
  /** The number in the chain. */
  readonly n?: number;
  /** The sort key of the entry. */
  readonly entry?: string;
  readonly detail: string;
}

/**
 * Finds the faults in the entries of one ledger. Checks each entry by itself and against the previous one, and the last
 * one against the head.
 */
export const findFaults = (items: readonly Item[], head: Head | undefined): Fault[] => {
  const faults: Fault[] = [];
  const entryByNumber = new Map<number, { readonly entry: string; readonly link: Link }>();
  for (const item of items) {
    const entry = String(item[definition.sk]);
    const link = linkOf(item);
    const n = link && { n: link.n };
    if (!link || hashOf(item) !== link.hash)
      faults.push({ kind: 'changed', ...n, entry, detail: 'The entry was changed after it was recorded.' });
    if (!link) continue;
    const other = entryByNumber.get(link.n)?.entry;
    if (other !== undefined)
      faults.push({ kind: 'doubled', ...n, entry, detail: `The entry has the same number as ${other}.` });
    entryByNumber.set(link.n, { entry, link });
  }

  let before: Head = START;
  for (const [n, { entry, link }] of [...entryByNumber].toSorted(([a], [b]) => a - b)) {
    if (n > before.n + 1) faults.push(missingEntries(before.n + 1, n - 1));
    else if (link.previous !== before.hash)
      faults.push({
        kind: 'unlinked',
        n,
        entry,
        detail: 'The entry does not follow the one before it.',
      });
    before = link;
  }
  return [...faults, ...findHeadFaults(before, head)];
};

const findHeadFaults = (last: Head, head: Head | undefined): Fault[] => {
  if (!head) return last.n === 0 ? [] : [{ kind: 'head', detail: 'The chain has no recorded head.' }];
  if (head.n > last.n) return [missingEntries(last.n + 1, head.n)];
  if (head.n === last.n && head.hash === last.hash) return [];
  return [{ kind: 'head', n: head.n, detail: 'The last entry differs from the recorded head.' }];
};

const missingEntries = (from: number, to: number): Fault => ({
  kind: 'missing',
  n: from,
  detail: from === to ? `Entry ${from} is missing.` : `Entries ${from} to ${to} are missing.`,
});

export const linkOf = ({ chain }: Item): Link | undefined => {
  const parsed = v.safeParse(Link, chain);
  return parsed.success ? parsed.output : undefined;
};
