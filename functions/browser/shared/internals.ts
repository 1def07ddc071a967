import type { Config } from './config.ts';
import type { Store } from './store.ts';

/** The visitor of this browser. */
export interface Visitor {
  /** The visitor id. */
  readonly cid: string;
  /** The exchange token: it stands for the identifiers that the visitor claimed. */
  readonly token?: string | undefined;
}

/** Undefined: nobody has decided yet. */
export interface Consent {
  readonly analytics?: boolean | undefined;
  readonly marketing?: boolean | undefined;
}

/** `tributary._`: what the tracker offers to the forms. */
export interface Internals {
  readonly config: Config;
  readonly base: string;
  readonly visitor: () => Visitor | undefined;
  readonly consent: () => Consent;
  /** The signals of the page for a request's `signals`. */
  readonly signals: () => object;
  /** Stores the token of a form's reply, and sends the backfill. */
  readonly identified: (token: string) => Promise<void>;
  /** Storage that keeps everything in memory without consent to analytics. */
  readonly store: { readonly local: Store; readonly session: Store };
  /** Registers the forms: `open` is called for each `openForm`, also for earlier ones. */
  readonly forms: (open: (formId: string) => void) => void;
}
