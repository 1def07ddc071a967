import { randomBytes } from 'node:crypto';
import { type ExactNumber, exactNumber } from './exact-number.ts';

/**
 * As `JSON.parse`, with numbers that a double would change as `ExactNumber`. Costs next to nothing where no number can be
 * one. A reviver would be told each number's source too, but takes twenty times as long as `JSON.parse` does.
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
    // Its error has to name a position in what was sent.
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
const isOfRun = (code: number): boolean => isDigit(code) || code === DOT;

/** Whether sixteen digits stand in a row anywhere, or a power of ten that may be too small. Strings are looked at as well. */
const mayLoseDigits = (text: string): boolean => {
  // Of sixteen units in a row one stands at a multiple of sixteen: most need not be looked at.
  for (let at = STRIDE - 1; at < text.length; at += STRIDE) {
    if (!isOfRun(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isOfRun(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text.length && isOfRun(text.charCodeAt(end))) end += 1;
    if (end - start >= STRIDE) return true;
  }
  return hasSmallPower(text, 'e-') || hasSmallPower(text, 'E-');
};

const hasSmallPower = (text: string, exponent: string): boolean => {
  for (let at = text.indexOf(exponent); at !== -1; at = text.indexOf(exponent, at + 2)) {
    if (isDigit(text.charCodeAt(at + 2)) && isDigit(text.charCodeAt(at + 3)) && isDigit(text.charCodeAt(at + 4)))
      return true;
  }
  return false;
};

/** The text with a string in place of each number that a double would change. */
const markNumbers = (text: string, mark: string) => {
  const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
  const numbers: ExactNumber[] = [];
  const pieces: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === MINUS || isDigit(code)) {
      number.lastIndex = at;
      const source = number.exec(text)?.[0] ?? '-';
      const end = at + source.length;
      const exact = exactNumber(source);
      // A number as a name is no JSON, and must not become some.
      if (exact && !isBeforeColon(text, end)) {
        pieces.push(text.slice(copied, at), `"${mark}${numbers.length}"`);
        numbers.push(exact);
        copied = end;
      }
      at = end - 1;
    }
  }
  return { marked: pieces.join('') + text.slice(copied), numbers };
};

/** The place of the quote that ends a string, or of the end of the text. */
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

/** Puts the numbers back in place. Without recursion: a body may be nested a million times. */
const restoreNumbers = (root: unknown, { mark, numbers }: Marked): unknown => {
  const restored = (value: unknown): unknown =>
    typeof value === 'string' && value.startsWith(mark) ? (numbers[Number(value.slice(mark.length))] ?? value) : value;
  const open: object[] = [];
  const visit = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) open.push(value);
    return restored(value);
  };
  const whole = visit(root);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Array.isArray(node)) for (let i = 0; i < node.length; i++) node[i] = visit(node[i]);
    else setMembers(node, visit);
  }
  return whole;
};

/** An own member called `__proto__` is written as any other, as it is there already. */
const setMembers = (node: object, visit: (value: unknown) => unknown): void => {
  for (const [name, value] of Object.entries(node)) {
    const next = visit(value);
    if (next !== value) Reflect.set(node, name, next);
  }
};
