import type { Api } from './api.ts';
import type { Deployment } from './deployment.ts';
import type { SmokeState } from './state.ts';

export interface Sizes {
  /** Files that are imported at once. */
  readonly files: number;
  /** New people in each. */
  readonly people: number;
  /** Everything is waited for this many times as long. */
  readonly patience: number;
}

/** What one check found out and a later one builds on. */
export interface Facts {
  readonly key?: string;
  /** Who gets the event that is sent twice, and is erased at the end. */
  readonly person?: { readonly email: string; readonly id: string };
  /** Events that were sent many at once. */
  readonly manySent?: number;
  readonly failedRowsJob?: string;
  readonly dryRunJob?: string;
  readonly uploadedEmail?: string;
  readonly alarm?: { readonly name: string; readonly setAt: Date; readonly hasActions: boolean };
}

/** What checks are given. */
export interface Session {
  readonly deployment: Deployment;
  readonly api: Api;
  readonly sizes: Sizes;
  /** Tells the people of this run from those of others. */
  readonly runId: string;
  /** Of this run. */
  readonly startedAt: Date;
  readonly progress: (text: string) => void;
  facts(): Facts;
  note(facts: Facts): void;
  state(): SmokeState;
  save(changes: Partial<SmokeState>): void;
}

/** Somebody who exists in this run alone. */
export const somebody = ({ runId }: Pick<Session, 'runId'>, name: string): string =>
  `smoke-${runId}-${name}@example.com`;

/** A fact that an earlier check leaves. */
export const fact = <Name extends keyof Facts>(session: Session, name: Name): NonNullable<Facts[Name]> => {
  const found = session.facts()[name];
  if (found === undefined || found === null) throw new Error(`No check before this one has left '${name}'.`);
  return found;
};

/** The throw-away account. */
export const accountOf = (session: Session): string => {
  const { account } = session.state();
  if (account === undefined) throw new Error('There is no account yet.');
  return account;
};
