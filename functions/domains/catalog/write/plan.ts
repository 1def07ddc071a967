import { isDeepStrictEqual } from 'node:util';
import { absenceOf, nameOf } from '../records/absence.ts';
import type { Base } from '../records/records.ts';
import type { DraftProblem, StoreMode, StoreResult } from './draft.ts';
import type { Kind, StoreDeps } from './kind.ts';

/** What to write for a draft, or its result if nothing has to be written. */
export type Plan<Value> =
  | { readonly kind: 'write'; readonly value: Value }
  | { readonly kind: 'settled'; readonly result: StoreResult<Value> };

interface Situation<Value, Draft> {
  readonly draft: Draft;
  readonly before: Value | undefined;
  readonly mode: StoreMode;
  /** References to objects that do not exist. */
  readonly problems: readonly DraftProblem[];
  /** What an earlier write for this draft stored, or may have stored: its response can be lost. */
  readonly attempt: Value | undefined;
}

/** DynamoDB accepts 400 KB, names included. */
const MAX_BYTES = 370 * 1024;

export const planDraft = <Value extends Base, Draft extends { readonly id: string }>(
  kind: Kind<Value, Draft>,
  { draft, before, mode, problems, attempt }: Situation<Value, Draft>,
  { account, now }: Pick<StoreDeps, 'account' | 'now'>,
): Plan<Value> => {
  const { noun, content, create, change, isLeaving } = kind;
  const isEqual = (a: Value, b: Value) => content.every((name) => isDeepStrictEqual(a[name], b[name]));
  const name = nameOf(noun, draft.id);
  const absence = { field: 'id', ...absenceOf(noun, draft.id) };
  if (before && isLeaving?.(before)) {
    if (mode === 'update') return refused([absence]);
    const detail = `The ${name} is being deleted. Try again in some minutes.`;
    return refused([{ code: 'conflict', field: 'id', detail }]);
  }
  const isOwn = before && attempt && attempt.created === before.created && attempt.rev <= before.rev;
  if (before && mode === 'create' && !isOwn)
    return refused([{ code: 'conflict', field: 'id', detail: `The ${name} exists already.` }]);
  if (!before && mode === 'update') return refused([absence]);

  const at = now().toISOString();
  const next = before
    ? change(before, draft)
    : create(draft, { account, id: draft.id, rev: 1, created: at, updated: at });
  if (isProblems(next)) return refused([...next, ...problems]);
  if (problems.length > 0) return refused(problems);
  if (before && isEqual(before, next)) {
    const outcome = isOwn ? (attempt.rev === 1 ? 'created' : 'updated') : 'unchanged';
    return { kind: 'settled', result: { outcome, value: before } };
  }
  const value = before ? { ...next, rev: before.rev + 1, updated: laterThan(before.updated, at) } : next;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= MAX_BYTES) return { kind: 'write', value };
  const detail = `The ${noun} would have ${bytes} bytes; at most ${MAX_BYTES} are allowed.`;
  return refused([{ code: 'invalid', field: 'metadata', detail }]);
};

const refused = <Value>(problems: readonly DraftProblem[]): Plan<Value> => ({
  kind: 'settled',
  result: { outcome: 'refused', problems },
});

const isProblems = <Value>(next: Value | readonly DraftProblem[]): next is readonly DraftProblem[] =>
  Array.isArray(next);

/** Versions are in the order of these times, also if clocks differ. */
const laterThan = (before: string, at: string): string =>
  at > before ? at : new Date(Date.parse(before) + 1).toISOString();
