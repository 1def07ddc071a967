import { definition } from './definition.ts';

/** What must be true of the stored item for a write to happen. */
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
  /** Adds to numbers, starting at 0. */
  readonly add?: Readonly<Record<string, number>>;
}

/** Collects the names and values of one request's expressions; DynamoDB refuses any that are declared and not used. */
export const expressions = () => {
  const names = new Map<string, string>();
  const values = new Map<string, unknown>();

  const name = (attribute: string): string => {
    const placeholder = `#${attribute.replace(/\W/g, '_')}`;
    names.set(placeholder, attribute);
    return placeholder;
  };
  const value = (given: unknown): string => {
    const placeholder = `:v${values.size}`;
    values.set(placeholder, given);
    return placeholder;
  };

  const condition = (given: Condition): string => {
    if (given === 'absent') return `attribute_not_exists(${name(definition.pk)})`;
    if (given === 'present') return `attribute_exists(${name(definition.pk)})`;
    if ('all' in given) return `(${given.all.map(condition).join(' AND ')})`;
    if ('any' in given) return `(${given.any.map(condition).join(' OR ')})`;
    switch (given.is) {
      case 'missing':
        return `attribute_not_exists(${name(given.attribute)})`;
      case 'set':
        return `attribute_exists(${name(given.attribute)})`;
      case '=':
      case '<>':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return `${name(given.attribute)} ${given.is} ${value(given.value)}`;
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

const clause = <T>(verb: string, parts: readonly T[], each: (part: T) => string): string =>
  parts.length === 0 ? '' : `${verb} ${parts.map(each).join(', ')}`;
