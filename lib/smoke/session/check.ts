import type { Session } from './session.ts';

/** `now` is the first run, `later` the one of `--resume`, a day after it. */
export type Phase = 'now' | 'later';

/** One claim about a deployment, and how it is proved. */
export interface Check {
  readonly name: string;
  /** What holds when it passes. */
  readonly claim: string;
  /** @default - the first run alone */
  readonly phases?: readonly Phase[];
  /** Checks whose results it builds on. They run with it under `--only`. */
  readonly after?: readonly string[];
  /** What a cloud has to do for it; on AWS all of these are there. */
  readonly needs?: readonly Capability[];
  /** Why this deployment has nothing to prove here, where that is so: an optional setting that is off. */
  readonly absent?: (session: Session) => Promise<string | undefined>;
  /** Proves it: throws a `Failure` where it does not hold. */
  readonly run: (session: Session) => Promise<Passed>;
  /** What to look at and what to do when it fails. */
  readonly advice: string;
}

export interface Passed {
  /** What was seen. */
  readonly seen: string;
  /** What works and still deserves a look. */
  readonly warning?: string | undefined;
}

/** What AWS does and a local cloud may not. */
export interface Capability {
  readonly name: string;
  /** Asks the local cloud, and says by what answer it showed that it does not do this; undefined where it does. */
  readonly missing: (session: Session) => Promise<string | undefined>;
}

/** The claim does not hold. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

export type Outcome = 'passed' | 'warned' | 'failed' | 'not set up' | 'only on AWS' | 'skipped';

export interface Result {
  readonly check: string;
  readonly claim: string;
  readonly outcome: Outcome;
  /** What was seen, what was wrong, or why it did not run. */
  readonly detail: string;
  readonly advice?: string;
  readonly seconds: number;
}
