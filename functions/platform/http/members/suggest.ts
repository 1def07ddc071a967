import type { ObjectShape } from './shape.ts';

/** No known name is longer. */
const MAX_LENGTH = 40;
/** The most typing errors with which a name is still recognized. */
const MAX_MISTAKES = 2;
/** Shorter parts match too many names. */
const MIN_PART = 4;

/**
 * Suggests a member for an unknown name: one of the same object, or of an object within it, such as `attributes/email`.
 */
export const suggestMember = (name: string, { members }: Pick<ObjectShape, 'members'>): string | undefined => {
  const sibling = suggestName(name, [...members.keys()]);
  if (sibling !== undefined) return sibling;
  for (const [outer, shape] of members) {
    if (shape.kind !== 'object') continue;
    const inner = sameName(name, [...shape.members.keys()]);
    if (inner !== undefined) return `${outer}/${inner}`;
  }
  return undefined;
};

/** Suggests a known name for one that is written differently, mistyped, longer or shorter. */
export const suggestName = (name: string, names: readonly string[]): string | undefined => {
  if (name.length > MAX_LENGTH) return undefined;
  const normalized = normalize(name);
  const candidates = names
    .map((one) => ({ one, mistakes: editDistance(normalized, normalize(one)) }))
    .filter(({ one, mistakes }) => mistakes <= Math.min(MAX_MISTAKES, Math.floor(normalize(one).length / 3)))
    .toSorted((a, b) => a.mistakes - b.mistakes);
  return (
    sameName(name, names) ?? candidates[0]?.one ?? names.find((one) => isPrefixOrSuffix(normalized, normalize(one)))
  );
};

const sameName = (name: string, names: readonly string[]): string | undefined =>
  name.length > MAX_LENGTH ? undefined : names.find((one) => normalize(one) === normalize(name));

/** Maps `firstName`, `$first_name` and `First Name` to one name. */
const normalize = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();

const isPrefixOrSuffix = (a: string, b: string): boolean => {
  const [short = '', long = ''] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= MIN_PART && (long.startsWith(short) || long.endsWith(short));
};

/** The edit distance: letters to insert, remove, replace, or swap with the next one. */
const editDistance = (a: string, b: string): number => {
  if (Math.abs(a.length - b.length) > MAX_MISTAKES) return MAX_MISTAKES + 1;
  let previousRow: number[] = [];
  let lastRow = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const changed = Math.min((lastRow[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (lastRow[j - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(isSwapped ? Math.min(changed, (previousRow[j - 2] ?? 0) + 1) : changed);
    }
    previousRow = lastRow;
    lastRow = next;
  }
  return lastRow[b.length] ?? 0;
};
