/** What DynamoDB answers in place of a result: an error's name, a message, and members that some errors have beside it. */
export class DynamoError extends Error {
  override readonly name: string;
  readonly members: object;

  constructor(name: string, message: string, members: object = {}) {
    super(message);
    this.name = name;
    this.members = members;
  }
}

export const validationError = (message: string): DynamoError => new DynamoError('ValidationException', message);

/** This engine refuses what it does not know, so that no test passes by an answer that DynamoDB would not give. */
export const unsupported = (what: string): DynamoError =>
  new DynamoError(
    'UnsupportedByTestEngine',
    `The in-memory engine has no ${what}. Add it, with a test in test/platform/table.`,
  );
