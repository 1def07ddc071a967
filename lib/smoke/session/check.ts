import type { Session } from './session.ts';

/** `now` is the first run, `later` that of `--resume`, a day after it. */
export type Phase = 'now' | 'later';

/** One claim about a deployment, and its test. */
export interface Check {
  readonly name: string;
  /** What is true if the check passes. */
  readonly claim: string;
  /**
   * @default - only the first run
   */
  readonly phases?: readonly Phase[];
  /** Checks that it depends on. They run with it under `--only`. */
  readonly after?: readonly string[];
  /** Capabilities that a cloud needs for it; AWS has all of them. */
  readonly needs?: readonly Capability[];
  /** Why the check does not apply to this deployment, such as an optional setting that is off. */
  readonly absent?: (session: Session) => Promise<string | undefined>;
  /** Tests the claim: throws a `Failure` if it is false. */
  readonly run: (session: Session) => Promise<Passed>;
  /** What to check and what to do after a failure. */
  readonly advice: string;
}

export interface Passed {
  /** The observation. */
  readonly seen: string;
  /** A reason to look closer, although the check passes. */
  readonly warning?: string | undefined;
}

/** Something that AWS does, and a local cloud may not. */
export interface Capability {
  readonly name: string;
  /** Tests the local cloud. Returns how its response differs from AWS, or undefined if it has the capability. */
  readonly missing: (session: Session) => Promise<string | undefined>;
}

/** The claim is false. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

export type Outcome = 'passed' | 'warned' | 'failed' | 'not set up' | 'only on AWS' | 'skipped';

export interface Result {
  readonly check: string;
  readonly claim: string;
  readonly outcome: Outcome;
  /** The observation, the error, or why it did not run. */
  readonly detail: string;
  readonly advice?: string;
  readonly seconds: number;
}
