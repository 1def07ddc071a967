/** What is wrong with a mapping, and where in it. Without a place it is wrong with the file. */
export interface MappingError {
  readonly at: readonly string[];
  readonly message: string;
}

/** An error at a place of the mapping, where it has that place. */
export const errorsAt = (place: readonly string[] | undefined, message: string): readonly MappingError[] =>
  place ? [{ at: place, message }] : [];

export const quoted = (name: string): string => `'${name.trim().slice(0, 100)}'`;
