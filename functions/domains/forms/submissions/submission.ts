import type { Signals } from '../../../model/signals.ts';
import type { SentValues } from './read-values.ts';

/** What a visitor sends: one step of a form. */
export interface Submission {
  readonly stepId: string;
  readonly buttonId?: string | undefined;
  readonly values: SentValues;
  readonly hidden: Readonly<Record<string, string>>;
  /** The same for all steps and all repeats of one filling. */
  readonly submissionId?: string | undefined;
  readonly isUnique: boolean;
  readonly page?: string | undefined;
  readonly device?: string | undefined;
  readonly utm: Readonly<Record<string, string>>;
  /** The token that the browser held. */
  readonly token?: string | undefined;
  readonly anonymousId?: string | undefined;
  readonly altcha: string;
  /** Whether a robot sent it: it gets the same response, and nothing is stored. */
  readonly isBot: boolean;
  readonly signals?: Signals | undefined;
  /** The JSON pointer to `fields` and `hidden`. */
  readonly base: string;
}
