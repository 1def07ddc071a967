/** Where a function's role gets its keys from, as Lambda says in the environment. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Absent where they last as long as the process. */
  readonly expiration?: Date;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Keys that stand in the environment themselves, as they do in most functions. */
export const environmentCredentials = ({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN }: Environment) =>
  AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY
    ? {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
      }
    : undefined;
