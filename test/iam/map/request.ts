/** One question to IAM. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
  /** The role that is asked about, where it isn't the caller's. */
  readonly role?: string | undefined;
}

/** A call of AWS's API, as it went over the wire. */
export interface WireCall {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where the service's questions to IAM don't depend on it. */
  readonly body: string;
  /** Of the answer. */
  readonly status: number;
}

/** An operation with all that IAM is asked about it. */
export interface Authorized {
  readonly operation: string;
  readonly requests: readonly IamRequest[];
}

const region = 'us-east-1';
const account = '000000000000';

/** ARNs as the local cloud has them. */
export const arnOf = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
