import { validationError } from '../errors.ts';
import type { KeyNames } from '../table.ts';
import { openTokens, type Tokens } from '../tokens.ts';
import { sortable } from '../values.ts';
import { type Placeholders, remember } from './placeholders.ts';

/** The part of a partition that a key condition names: both ends belong to it. */
export interface KeyRange {
  readonly hash: string;
  readonly low: string;
  readonly high: string;
}

interface Term {
  readonly name: string;
  readonly relation: string;
  readonly values: readonly string[];
}

/** Above every sortable text, whose characters are bytes. */
const HIGHEST = '\uFFFF';
const LOWEST = '';

const parseTerms = remember((expression: string): readonly Term[] => {
  const tokens = openTokens(expression);
  const terms = [termOf(tokens)];
  while (tokens.takeIf('AND')) terms.push(termOf(tokens));
  if (!tokens.isOver() || terms.length > 2) throw validationError('Invalid KeyConditionExpression');
  return terms;
});

const termOf = (tokens: Tokens): Term => {
  if (tokens.isFunction()) {
    const { text: relation } = tokens.take();
    tokens.expect('(');
    const { text: name } = tokens.take();
    tokens.expect(',');
    const { text: value } = tokens.take();
    tokens.expect(')');
    return { name, relation, values: [value] };
  }
  const { text: name } = tokens.take();
  const relation = tokens.take().text.toUpperCase();
  const { text: value } = tokens.take();
  if (relation !== 'BETWEEN') return { name, relation, values: [value] };
  tokens.expect('AND');
  return { name, relation, values: [value, tokens.take().text] };
};

export const rangeOf = (expression: string, key: Pick<KeyNames, 'hash' | 'range'>, given: Placeholders): KeyRange => {
  const terms = parseTerms(expression).map(({ name, relation, values }) => ({
    name: given.name(name),
    relation,
    values: values.map((value) => {
      const { S: text } = given.value(value);
      if (text === undefined) throw validationError('Condition parameter type does not match schema type');
      return text;
    }),
  }));
  const partition = terms.find(({ name }) => name === key.hash);
  const range = terms.find(({ name }) => name === key.range);
  const hash = partition?.values[0];
  if (partition?.relation !== '=' || hash === undefined || terms.some((one) => one !== partition && one !== range))
    throw validationError('Query condition missed key schema element');
  if (hash === '' || range?.values.includes(''))
    throw validationError('One or more parameter values are not valid: a key attribute cannot be an empty string');
  const [first = '', second = ''] = range?.values.map(sortable) ?? [];
  return { hash, ...boundsOf(range?.relation, first, second) };
};

const boundsOf = (relation: string | undefined, first: string, second: string): Omit<KeyRange, 'hash'> => {
  switch (relation) {
    case undefined:
      return { low: LOWEST, high: HIGHEST };
    case '=':
      return { low: first, high: first };
    case '<':
      return { low: LOWEST, high: beforeText(first) };
    case '<=':
      return { low: LOWEST, high: first };
    case '>':
      return { low: `${first}\0`, high: HIGHEST };
    case '>=':
      return { low: first, high: HIGHEST };
    case 'BETWEEN':
      if (first > second) throw validationError('The BETWEEN operator requires upper bound to be greater');
      return { low: first, high: second };
    case 'begins_with':
      return { low: first, high: first + HIGHEST };
    default:
      throw validationError(`Invalid operator used in KeyConditionExpression: ${relation}`);
  }
};

/** The highest text below another one, of texts as long as keys are. */
const beforeText = (text: string): string => {
  const last = text.charCodeAt(text.length - 1);
  const rest = text.slice(0, -1);
  return last === 0 ? rest : rest + String.fromCharCode(last - 1) + HIGHEST;
};
