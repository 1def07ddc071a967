/** Words of DynamoDB's expressions that are no attributes. */
const WORDS = new Set(
  'SET REMOVE ADD DELETE AND OR NOT BETWEEN IN attribute_exists attribute_not_exists attribute_type begins_with contains size if_not_exists list_append'.split(
    ' ',
  ),
);

/** The top-level attributes that an expression names. */
export const namesIn = (expression: string, names: Readonly<Record<string, string>>): string[] =>
  [...expression.matchAll(/(?<![\w.:#\]])#?[A-Za-z_]\w*/g)]
    .map(([word]) => word)
    .filter((word) => !WORDS.has(word))
    .map((word) => names[word] ?? word);

/** The attributes of a PartiQL statement of ours, with the parameter of each. */
export const parametersByName = (
  statement: string,
): { readonly attributes: string[]; readonly positions: ReadonlyMap<string, number> } => {
  const given = [...statement.matchAll(/['"]([^'"]+)['"]\s*[:=]\s*\?/g)].map(([, name = '']) => name);
  const removed = [...statement.matchAll(/REMOVE "([^"]+)"/g)].map(([, name = '']) => name);
  if (given.length !== statement.split('?').length - 1)
    throw new Error(`A statement whose parameters have no names: ${statement.slice(0, 100)}`);
  return { attributes: [...given, ...removed], positions: new Map(given.map((name, i) => [name, i])) };
};
