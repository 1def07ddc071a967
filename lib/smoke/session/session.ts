import type { Api } from './api.ts';
import type { Deployment } from './deployment.ts';
import type { SmokeState } from './state.ts';

export interface Sizes {
  /** Files to import at once. */
  readonly files: number;
  /** New people per file. */
  readonly people: number;
  /** Factor for all waiting times. */
  readonly patience: number;
}

/** Results of one check that a later one uses. */
export interface Facts {
  readonly key?: string;
  /** The person whose event is sent twice, and who is erased at the end. */
  readonly person?: { readonly email: string; readonly id: string };
  /** Number of events sent in bulk. */
  readonly manySent?: number;
  readonly failedRowsJob?: string;
  readonly dryRunJob?: string;
  readonly uploadedEmail?: string;
  readonly alarm?: { readonly name: string; readonly setAt: Date; readonly hasActions: boolean };
}

/** The context of all checks. */
export interface Session {
  readonly deployment: Deployment;
  readonly api: Api;
  readonly sizes: Sizes;
  /** Distinguishes the people of this run from those of other runs. */
  readonly runId: string;
  /** The start of this run. */
  readonly startedAt: Date;
  readonly progress: (text: string) => void;
  facts(): Facts;
  note(facts: Facts): void;
  state(): SmokeState;
  save(changes: Partial<SmokeState>): void;
}

/** An address that only this run uses. */
export const testEmail = ({ runId }: Pick<Session, 'runId'>, name: string): string =>
  `smoke-${runId}-${name}@example.com`;

/** A fact from an earlier check. */
export const fact = <Name extends keyof Facts>(session: Session, name: Name): NonNullable<Facts[Name]> => {
  const found = session.facts()[name];
  if (found === undefined || found === null) throw new Error(`No earlier check has set '${name}'.`);
  return found;
};

/** The throw-away account. */
export const accountOf = (session: Session): string => {
  const { account } = session.state();
  if (account === undefined) throw new Error('There is no account yet.');
  return account;
};
