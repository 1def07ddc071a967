/** An error in a mapping and its place. Without a place, the error is in the file. */
export interface MappingError {
  readonly at: readonly string[];
  readonly message: string;
}

/** Creates an error at a place of the mapping, if there is one. */
export const errorsAt = (place: readonly string[] | undefined, message: string): readonly MappingError[] =>
  place ? [{ at: place, message }] : [];

export const quoted = (name: string): string => `'${name.trim().slice(0, 100)}'`;
