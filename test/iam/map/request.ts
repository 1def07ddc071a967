/** One request for authorization by IAM. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
  /** The role to check, if it is not the caller's. */
  readonly role?: string | undefined;
}

/** A call of AWS's API, as sent. */
export interface WireCall {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty if the service's IAM checks do not depend on it. */
  readonly body: string;
  /** Of the response. */
  readonly status: number;
}

/** An operation with all of its IAM checks. */
export interface Authorized {
  readonly operation: string;
  readonly requests: readonly IamRequest[];
}

const region = 'us-east-1';
const account = '000000000000';

/** ARNs in the form of the local cloud. */
export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
