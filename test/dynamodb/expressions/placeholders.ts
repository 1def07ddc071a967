import { validationError } from '../errors.ts';
import { measure, type Value } from '../values.ts';

export interface Expressions {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>> | undefined;
}

export interface Placeholders {
  /** The attribute that a word of an expression stands for. */
  name(text: string): string;
  value(text: string): Value;
  /** DynamoDB refuses a request that declares what its expressions do not use. */
  refuseUnused(): void;
}

export const openPlaceholders = ({
  ExpressionAttributeNames: names = {},
  ExpressionAttributeValues: values = {},
}: Expressions): Placeholders => {
  const used = new Set<string>();
  for (const name in values) measure(values[name]);
  return {
    name(text) {
      if (!text.startsWith('#')) return text;
      used.add(text);
      const name = names[text];
      if (name === undefined)
        throw validationError(
          `An expression attribute name used in the document path is not defined; attribute name: ${text}`,
        );
      return name;
    },
    value(text) {
      used.add(text);
      const value = values[text];
      if (value === undefined)
        throw validationError(
          `An expression attribute value used in expression is not defined; attribute value: ${text}`,
        );
      return value;
    },
    refuseUnused() {
      refuse('ExpressionAttributeNames', names, used);
      refuse('ExpressionAttributeValues', values, used);
    },
  };
};

const refuse = (member: string, declared: object, used: ReadonlySet<string>): void => {
  const unused = Object.keys(declared).filter((name) => !used.has(name));
  if (unused.length > 0)
    throw validationError(`Value provided in ${member} unused in expressions: keys: {${unused.join(', ')}}`);
};

const MAX_REMEMBERED = 5_000;

/** Parses each expression once. */
export const remember = <Parsed>(parse: (expression: string) => Parsed): ((expression: string) => Parsed) => {
  const known = new Map<string, Parsed>();
  return (expression) => {
    let parsed = known.get(expression);
    if (parsed === undefined) {
      parsed = parse(expression);
      if (known.size < MAX_REMEMBERED) known.set(expression, parsed);
    }
    return parsed;
  };
};
