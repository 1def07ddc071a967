interface IssueParts {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

const pathItem = (key: string | number) =>
  ({ type: 'unknown', origin: 'value', input: undefined, key, value: undefined }) as const;
type PathItem = ReturnType<typeof pathItem>;

/** Converts a problem into an issue as valibot's checks expect it, with its path in the input. */
export const toIssue = ({ message, path }: IssueParts): { message: string; path?: [PathItem, ...PathItem[]] } => {
  const [first, ...rest] = path.map(pathItem);
  return first ? { message, path: [first, ...rest] } : { message };
};
