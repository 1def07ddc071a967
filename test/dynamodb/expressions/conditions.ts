import { unsupported, validationError } from '../errors.ts';
import { openTokens, type Tokens } from '../tokens.ts';
import { compare, type Item, isEqual, type Value } from '../values.ts';
import { type Placeholders, remember } from './placeholders.ts';

type Holds = (item: Item, given: Placeholders) => boolean;
type Operand = (item: Item, given: Placeholders) => Value | undefined;

/** Whether an item fulfills a condition, a filter. */
export const parseCondition = remember((expression: string): Holds => {
  const tokens = openTokens(expression);
  const holds = either(tokens);
  if (!tokens.isOver()) throw validationError(`Invalid expression: too much: "${expression}"`);
  return holds;
});

const either = (tokens: Tokens): Holds => {
  const first = both(tokens);
  if (!tokens.takeIf('OR')) return first;
  const second = either(tokens);
  // Both are evaluated: DynamoDB counts the placeholders of each as used.
  return (...given) => {
    const [a, b] = [first(...given), second(...given)];
    return a || b;
  };
};

const both = (tokens: Tokens): Holds => {
  const first = negated(tokens);
  if (!tokens.takeIf('AND')) return first;
  const second = both(tokens);
  return (...given) => {
    const [a, b] = [first(...given), second(...given)];
    return a && b;
  };
};

const negated = (tokens: Tokens): Holds => {
  if (!tokens.takeIf('NOT')) return primary(tokens);
  const holds = negated(tokens);
  return (...given) => !holds(...given);
};

const primary = (tokens: Tokens): Holds => {
  if (tokens.takeIf('(')) {
    const inner = either(tokens);
    tokens.expect(')');
    return inner;
  }
  return tokens.isFunction() ? called(tokens) : compared(tokens);
};

const called = (tokens: Tokens): Holds => {
  const { text: name } = tokens.take();
  tokens.expect('(');
  const of = attribute(tokens);
  const second = tokens.takeIf(',') ? operand(tokens) : undefined;
  tokens.expect(')');
  switch (name) {
    case 'attribute_exists':
      return (...given) => of(...given) !== undefined;
    case 'attribute_not_exists':
      return (...given) => of(...given) === undefined;
    case 'begins_with':
      return (...given) => {
        const [text, start] = [of(...given)?.S, second?.(...given)?.S];
        return text !== undefined && start !== undefined && text.startsWith(start);
      };
    case 'contains':
      return (...given) => {
        const [whole, part] = [of(...given), second?.(...given)];
        if (!whole || !part) return false;
        if (whole.S !== undefined) return part.S !== undefined && whole.S.includes(part.S);
        return whole.L?.some((one) => isEqual(one, part)) ?? false;
      };
    default:
      throw unsupported(`function ${name}`);
  }
};

const compared = (tokens: Tokens): Holds => {
  const left = operand(tokens);
  if (tokens.takeIf('BETWEEN')) {
    const low = operand(tokens);
    tokens.expect('AND');
    const high = operand(tokens);
    return (...given) => {
      const [value, from, to] = [left(...given), low(...given), high(...given)];
      return isOrdered(from, value, (order) => order <= 0) && isOrdered(value, to, (order) => order <= 0);
    };
  }
  if (tokens.takeIf('IN')) {
    tokens.expect('(');
    const all = [operand(tokens)];
    while (tokens.takeIf(',')) all.push(operand(tokens));
    tokens.expect(')');
    return (...given) => {
      const [value, ...others] = [left, ...all].map((one) => one(...given));
      return value !== undefined && others.some((other) => other !== undefined && isEqual(value, other));
    };
  }
  const { text: sign } = tokens.take();
  const right = operand(tokens);
  return (...given) => relate(sign, left(...given), right(...given));
};

const relate = (sign: string, a: Value | undefined, b: Value | undefined): boolean => {
  switch (sign) {
    case '=':
      return a !== undefined && b !== undefined && isEqual(a, b);
    case '<>':
      return a === undefined || b === undefined || !isEqual(a, b);
    case '<':
      return isOrdered(a, b, (order) => order < 0);
    case '<=':
      return isOrdered(a, b, (order) => order <= 0);
    case '>':
      return isOrdered(a, b, (order) => order > 0);
    case '>=':
      return isOrdered(a, b, (order) => order >= 0);
    default:
      throw validationError(`Invalid expression: "${sign}" compares nothing`);
  }
};

const isOrdered = (a: Value | undefined, b: Value | undefined, is: (order: number) => boolean): boolean => {
  const order = a && b && compare(a, b);
  return order !== undefined && is(order);
};

const operand = (tokens: Tokens): Operand => {
  if (tokens.isFunction()) throw unsupported(`function ${tokens.take().text} as an operand`);
  const next = tokens.peek();
  if (next?.kind !== 'value') return attribute(tokens);
  tokens.take();
  return (_, given) => given.value(next.text);
};

const attribute = (tokens: Tokens): Operand => {
  const { kind, text } = tokens.take();
  if (kind !== 'name' && kind !== 'word') throw validationError(`Invalid expression: "${text}" is no attribute`);
  return (item, given) => item[given.name(text)];
};
