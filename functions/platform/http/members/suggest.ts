import type { ObjectShape } from './shape.ts';

/** No name of ours is longer. */
const MAX_LENGTH = 40;
/** Of these many mistakes in a name it is still recognized. */
const MAX_MISTAKES = 2;
/** Shorter ones begin and end too many others. */
const MIN_PART = 4;

/** The member that was probably meant: one of the same object, else of an object within it, as `attributes/email`. */
export const suggestMember = (name: string, { members }: Pick<ObjectShape, 'members'>): string | undefined => {
  const own = suggestName(name, [...members.keys()]);
  if (own !== undefined) return own;
  for (const [outer, shape] of members) {
    if (shape.kind !== 'object') continue;
    const inner = sameName(name, [...shape.members.keys()]);
    if (inner !== undefined) return `${outer}/${inner}`;
  }
  return undefined;
};

/** The name that another one was probably meant to be: written in another case, mistyped, longer or shorter. */
export const suggestName = (name: string, names: readonly string[]): string | undefined => {
  if (name.length > MAX_LENGTH) return undefined;
  const given = bare(name);
  const close = names
    .map((one) => ({ one, mistakes: distance(given, bare(one)) }))
    .filter(({ one, mistakes }) => mistakes <= Math.min(MAX_MISTAKES, Math.floor(bare(one).length / 3)))
    .toSorted((a, b) => a.mistakes - b.mistakes);
  return sameName(name, names) ?? close[0]?.one ?? names.find((one) => isPart(given, bare(one)));
};

const sameName = (name: string, names: readonly string[]): string | undefined =>
  name.length > MAX_LENGTH ? undefined : names.find((one) => bare(one) === bare(name));

/** `firstName`, `$first_name` and `First Name` are one name. */
const bare = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();

const isPart = (a: string, b: string): boolean => {
  const [short = '', long = ''] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= MIN_PART && (long.startsWith(short) || long.endsWith(short));
};

/** Letters to insert, remove, replace, or to swap with the next one. */
const distance = (a: string, b: string): number => {
  if (Math.abs(a.length - b.length) > MAX_MISTAKES) return MAX_MISTAKES + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const changed = Math.min((last[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(isSwapped ? Math.min(changed, (before[j - 2] ?? 0) + 1) : changed);
    }
    before = last;
    last = next;
  }
  return last[b.length] ?? 0;
};
