import { unsupported, validationError } from '../errors.ts';
import { openTokens, type Tokens } from '../tokens.ts';
import type { Item, Value } from '../values.ts';
import { addNumbers } from './numbers.ts';
import { type Placeholders, remember } from './placeholders.ts';

export interface Change {
  readonly name: string;
  /** The value afterward; undefined where the attribute goes. */
  readonly to: Value | undefined;
}
type Step = (item: Item, given: Placeholders) => Change;

/** What an update expression does to an item: a change for each attribute that it names. */
export const parseUpdate = remember((expression: string) => {
  const tokens = openTokens(expression);
  const steps: Step[] = [];
  while (!tokens.isOver()) {
    const clause = tokens.take().text.toUpperCase();
    const step = clauses[clause as keyof typeof clauses];
    if (!step) throw unsupported(`clause ${clause} of an update`);
    do steps.push(step(tokens));
    while (tokens.takeIf(','));
  }
  return (item: Item, given: Placeholders): readonly Change[] => {
    const changes = steps.map((step) => step(item, given));
    const names = new Set(changes.map(({ name }) => name));
    if (names.size < changes.length)
      throw validationError('Invalid UpdateExpression: Two document paths overlap with each other');
    return changes;
  };
});

const attribute = (tokens: Tokens) => {
  const { kind, text } = tokens.take();
  if (kind !== 'name' && kind !== 'word') throw validationError(`Invalid UpdateExpression: "${text}" is no attribute`);
  return (given: Placeholders): string => given.name(text);
};

const value = (tokens: Tokens) => {
  const { kind, text } = tokens.take();
  if (kind !== 'value') throw unsupported(`"${text}" as a value of an update`);
  return (given: Placeholders): Value => given.value(text);
};

const clauses = {
  SET(tokens: Tokens): Step {
    const name = attribute(tokens);
    tokens.expect('=');
    const to = value(tokens);
    return (_, given) => ({ name: name(given), to: to(given) });
  },
  REMOVE(tokens: Tokens): Step {
    const name = attribute(tokens);
    return (_, given) => ({ name: name(given), to: undefined });
  },
  ADD(tokens: Tokens): Step {
    const name = attribute(tokens);
    const more = value(tokens);
    return (item, given) => {
      const [at, { N: by }] = [name(given), more(given)];
      const old = item[at] ?? { N: '0' };
      if (by === undefined || old.N === undefined)
        throw validationError('An operand in the update expression has an incorrect data type');
      return { name: at, to: { N: addNumbers(old.N, by) } };
    };
  },
} as const;
