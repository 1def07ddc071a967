import type { Config } from '../shared/config.ts';
import type { Internals } from '../shared/internals.ts';
import type { Api } from './api.ts';
import type { Append } from './append.ts';
import type { Run } from './call.ts';

/** What the server tells the loader. What is false is left out: the loader is small. */
export interface Settings {
  /** The path that the server saw, such as `/onsite.js`. */
  readonly path: string;
  /** The path and query of the tracker with its configuration, without the slash at the beginning. */
  readonly tracker: string;
  /** Whether consent is assumed. */
  readonly isAssumed?: boolean;
  /** Whether what anonymous visitors do is kept without the tracker: consent is assumed, backfill is on, no form is live. */
  readonly isKept?: boolean;
  /** Whether the page wants Klaviyo's names. */
  readonly isAlias?: boolean;
  /** Whether every other page needs the tracker. */
  readonly isWanted?: boolean;
}

/** `tributary._` until the tracker is there: what it gets from the loader. */
export interface Handover {
  /** Marks that the page has the tag. */
  readonly config: true;
  readonly script: HTMLScriptElement;
  readonly api: Api;
  readonly append: Append;
  /** Runs the calls that wait, and from now on every call. */
  readonly begin: (run: Run) => void;
}

declare global {
  interface Window {
    /** The stub answers with a function, whatever it is asked for. */
    tributary?: { readonly _?: Internals | Handover };
    __tributary?: Config;
    __tb?: Settings;
  }
}
