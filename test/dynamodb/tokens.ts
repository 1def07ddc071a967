import { validationError } from './errors.ts';

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'sign';
  readonly text: string;
}

const pattern = /\s*(?:(#[\w-]+)|(:\w+)|([A-Za-z_]\w*)|(<>|<=|>=|[=<>(),+-]))/y;

/** Reads an expression token by token. */
export const openTokens = (expression: string) => {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  const end = expression.trimEnd().length;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const [, name, value, word, sign] = pattern.exec(expression) ?? [];
    const text = name ?? value ?? word ?? sign;
    if (text === undefined)
      throw validationError(`Invalid expression: syntax error, or not known to this engine: "${expression.slice(at)}"`);
    const kind = name ? 'name' : value ? 'value' : word ? 'word' : 'sign';
    tokens.push({ kind, text });
  }
  let at = 0;
  const isNext = (text: string): boolean => tokens[at]?.text.toUpperCase() === text;
  const take = (): Token => {
    const token = tokens[at];
    if (!token) throw validationError(`Invalid expression: it ends too early: "${expression}"`);
    at += 1;
    return token;
  };
  return {
    peek: (): Token | undefined => tokens[at],
    isFunction: (): boolean => tokens[at]?.kind === 'word' && tokens[at + 1]?.text === '(',
    isNext,
    take,
    takeIf: (text: string): boolean => {
      if (!isNext(text)) return false;
      at += 1;
      return true;
    },
    expect: (text: string): void => {
      if (take().text.toUpperCase() !== text) throw validationError(`Invalid expression: no ${text}: "${expression}"`);
    },
    isOver: (): boolean => at === tokens.length,
  };
};
export type Tokens = ReturnType<typeof openTokens>;
