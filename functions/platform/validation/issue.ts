interface Found {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

const step = (key: string | number) =>
  ({ type: 'unknown', origin: 'value', input: undefined, key, value: undefined }) as const;
type Step = ReturnType<typeof step>;

/** What is found by hand, as valibot's checks are told of it: with where it stands in what was given. */
export const issueOf = ({ message, path }: Found): { message: string; path?: [Step, ...Step[]] } => {
  const [first, ...rest] = path.map(step);
  return first ? { message, path: [first, ...rest] } : { message };
};
