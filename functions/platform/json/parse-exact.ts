import { randomBytes } from 'node:crypto';
import { type ExactNumber, toExactNumber } from './exact-number.ts';

/**
 * Parses like `JSON.parse`, but returns an `ExactNumber` for each number that a double would change. Costs next to
 * nothing for texts without such numbers. A reviver with source text access would work too, but takes twenty times as
 * long as `JSON.parse`.
 */
export const parseExact = (text: string): unknown => {
  if (!mayLoseDigits(text)) return JSON.parse(text);
  const mark = randomBytes(9).toString('base64url');
  const { marked, numbers } = markNumbers(text, mark);
  if (numbers.length === 0) return JSON.parse(text);
  let value: unknown;
  try {
    value = JSON.parse(marked);
  } catch {
    // Parse the original text, so that the error names a position in it.
    return JSON.parse(text);
  }
  return restoreNumbers(value, { mark, numbers });
};

const STRIDE = 16;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MINUS = 0x2d;
const DOT = 0x2e;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
const isRunCharacter = (code: number): boolean => isDigit(code) || code === DOT;

/** Whether the text has sixteen digits in a row, or an exponent that may be too small. Looks into strings too. */
const mayLoseDigits = (text: string): boolean => {
  // A run of sixteen characters covers a multiple of sixteen, so that checking every sixteenth character is enough.
  for (let at = STRIDE - 1; at < text.length; at += STRIDE) {
    if (!isRunCharacter(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isRunCharacter(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text.length && isRunCharacter(text.charCodeAt(end))) end += 1;
    if (end - start >= STRIDE) return true;
  }
  return hasSmallExponent(text, 'e-') || hasSmallExponent(text, 'E-');
};

const hasSmallExponent = (text: string, marker: string): boolean => {
  for (let at = text.indexOf(marker); at !== -1; at = text.indexOf(marker, at + 2)) {
    if (isDigit(text.charCodeAt(at + 2)) && isDigit(text.charCodeAt(at + 3)) && isDigit(text.charCodeAt(at + 4)))
      return true;
  }
  return false;
};

/** Replaces each number that a double would change with a string. */
const markNumbers = (text: string, mark: string) => {
  const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
  const numbers: ExactNumber[] = [];
  const parts: string[] = [];
  let copiedUntil = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === MINUS || isDigit(code)) {
      number.lastIndex = at;
      const literal = number.exec(text)?.[0] ?? '-';
      const end = at + literal.length;
      const exactValue = toExactNumber(literal);
      // A number as a member name is invalid JSON. Quoting it would make it valid.
      if (exactValue && !isBeforeColon(text, end)) {
        parts.push(text.slice(copiedUntil, at), `"${mark}${numbers.length}"`);
        numbers.push(exactValue);
        copiedUntil = end;
      }
      at = end - 1;
    }
  }
  return { marked: parts.join('') + text.slice(copiedUntil), numbers };
};

/** The position of a string's closing quote, or the end of the text. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) break;
  }
  return at;
};

const isBeforeColon = (text: string, from: number): boolean => {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return text.charCodeAt(at) === COLON;
};

interface Marked {
  readonly mark: string;
  readonly numbers: readonly ExactNumber[];
}

/** Puts the numbers back. Without recursion, since a body may be nested a million levels deep. */
const restoreNumbers = (root: unknown, { mark, numbers }: Marked): unknown => {
  const restore = (value: unknown): unknown =>
    typeof value === 'string' && value.startsWith(mark) ? (numbers[Number(value.slice(mark.length))] ?? value) : value;
  const stack: object[] = [];
  const visit = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) stack.push(value);
    return restore(value);
  };
  const result = visit(root);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (Array.isArray(node)) for (let i = 0; i < node.length; i++) node[i] = visit(node[i]);
    else setMembers(node, visit);
  }
  return result;
};

/** `Reflect.set` updates an own member named `__proto__` like any other, since it already exists. */
const setMembers = (node: object, visit: (value: unknown) => unknown): void => {
  for (const [name, value] of Object.entries(node)) {
    const next = visit(value);
    if (next !== value) Reflect.set(node, name, next);
  }
};
