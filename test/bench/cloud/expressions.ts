/** DynamoDB's JSON of one item. */
export type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
}

/** As much of DynamoDB's conditions as functions/platform/table/expression.ts writes. */
export const holds = (expression: string | undefined, item: Attributes | undefined, given: Placeholders): boolean => {
  if (expression === undefined) return true;
  const inner = unwrapped(expression);
  if (inner !== undefined) return holds(inner, item, given);
  for (const [word, some] of [
    [' OR ', true],
    [' AND ', false],
  ] as const) {
    const parts = split(expression, word);
    if (parts.length > 1)
      return some ? parts.some((part) => holds(part, item, given)) : parts.every((part) => holds(part, item, given));
  }
  const [, not, called] = /^attribute_(not_)?exists\((\S+)\)$/.exec(expression) ?? [];
  if (called !== undefined) return (item?.[nameOf(called, given)] === undefined) === (not !== undefined);
  const [left = '', operator = '', right = ''] = expression.split(' ');
  return compare(plain(item?.[nameOf(left, given)]), operator, plain(given.ExpressionAttributeValues?.[right]));
};

const nameOf = (placeholder: string, { ExpressionAttributeNames = {} }: Placeholders): string =>
  ExpressionAttributeNames[placeholder] ?? placeholder;

const plain = (value: Attributes[string] | undefined): unknown =>
  value === undefined ? undefined : 'N' in value ? Number(value.N) : Object.values(value)[0];

const compare = (left: unknown, operator: string, right: unknown): boolean => {
  if (operator === '=') return left === right;
  if (operator === '<>') return left !== right;
  if ((typeof left !== 'number' && typeof left !== 'string') || typeof left !== typeof right) return false;
  const [a, b] = [left, right as typeof left];
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      throw new Error(`What is '${operator}'?`);
  }
};

/** `(a OR b)` -> `a OR b`, where the first bracket is closed by the last. */
const unwrapped = (text: string): string | undefined => {
  if (!text.startsWith('(')) return undefined;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    if (depth === 0) return at === text.length - 1 ? text.slice(1, -1) : undefined;
  }
  return undefined;
};

const split = (text: string, word: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
    if (depth !== 0 || !text.startsWith(word, at)) continue;
    parts.push(text.slice(start, at));
    start = at + word.length;
  }
  return [...parts, text.slice(start)];
};

/** The item after `SET … REMOVE … ADD …`. */
export const updated = (expression: string, item: Attributes, given: Placeholders): Attributes => {
  const next: Record<string, Attributes[string]> = { ...item };
  for (const [, verb, clause = ''] of expression.matchAll(/(SET|REMOVE|ADD) (.*?)(?= (?:SET|REMOVE|ADD) |$)/g)) {
    for (const part of clause.split(', ')) {
      const [left = '', ...rest] = part.split(/ = | /);
      const name = nameOf(left, given);
      const value = given.ExpressionAttributeValues?.[rest[0] ?? ''];
      if (verb === 'REMOVE') delete next[name];
      else if (verb === 'ADD') next[name] = { N: String(Number(plain(item[name]) ?? 0) + Number(plain(value))) };
      else if (value) next[name] = value;
    }
  }
  return next;
};
