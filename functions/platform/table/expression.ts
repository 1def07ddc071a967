import { definition } from './definition.ts';

/** A condition on the stored item, without which the write fails. */
export type Condition =
  | 'absent'
  | 'present'
  | { readonly attribute: string; readonly is: '=' | '<>' | '<' | '<=' | '>' | '>='; readonly value: unknown }
  | { readonly attribute: string; readonly is: 'missing' | 'set' }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] };

export interface Changes {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  /** Adds to numbers. A missing number counts as 0. */
  readonly add?: Readonly<Record<string, number>>;
}

/** Collects the names and values of one request's expressions. DynamoDB rejects unused ones. */
export const createExpressions = () => {
  const names = new Map<string, string>();
  const values = new Map<string, unknown>();

  const name = (attribute: string): string => {
    const placeholder = `#${attribute.replace(/\W/g, '_')}`;
    names.set(placeholder, attribute);
    return placeholder;
  };
  const value = (attributeValue: unknown): string => {
    const placeholder = `:v${values.size}`;
    values.set(placeholder, attributeValue);
    return placeholder;
  };

  const condition = (input: Condition): string => {
    if (input === 'absent') return `attribute_not_exists(${name(definition.pk)})`;
    if (input === 'present') return `attribute_exists(${name(definition.pk)})`;
    if ('all' in input) return `(${input.all.map(condition).join(' AND ')})`;
    if ('any' in input) return `(${input.any.map(condition).join(' OR ')})`;
    switch (input.is) {
      case 'missing':
        return `attribute_not_exists(${name(input.attribute)})`;
      case 'set':
        return `attribute_exists(${name(input.attribute)})`;
      case '=':
      case '<>':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return `${name(input.attribute)} ${input.is} ${value(input.value)}`;
    }
  };

  const update = ({ set = {}, remove = [], add = {} }: Changes): string =>
    [
      clause('SET', Object.entries(set), ([attribute, given]) => `${name(attribute)} = ${value(given)}`),
      clause('REMOVE', remove, name),
      clause('ADD', Object.entries(add), ([attribute, given]) => `${name(attribute)} ${value(given)}`),
    ]
      .filter((part) => part !== '')
      .join(' ');

  return {
    name,
    value,
    condition,
    update,
    attributes: () => ({
      ...(names.size > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
      ...(values.size > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
    }),
  };
};

const clause = <T>(verb: string, parts: readonly T[], format: (part: T) => string): string =>
  parts.length === 0 ? '' : `${verb} ${parts.map(format).join(', ')}`;
