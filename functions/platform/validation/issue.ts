interface Found {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

const step = (key: string | number) =>
  ({ type: 'unknown', origin: 'value', input: undefined, key, value: undefined }) as const;
type Step = ReturnType<typeof step>;

/** A problem found by hand, as valibot's checks take it: with its path in the input. */
export const issueOf = ({ message, path }: Found): { message: string; path?: [Step, ...Step[]] } => {
  const [first, ...rest] = path.map(step);
  return first ? { message, path: [first, ...rest] } : { message };
};
