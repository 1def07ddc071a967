import type { Internals, Visitor } from '../../shared/internals.ts';
import { openStore, type Store } from '../../shared/store.ts';
import { baseOf, readTag } from './tag.ts';

/** What the forms know of the page around them. */
export interface Host {
  readonly base: string;
  readonly company: string;
  readonly visitor: () => Visitor | undefined;
  readonly signals: () => object | undefined;
  readonly identified: (token: string) => void;
  readonly local: Store;
  readonly session: Store;
}

/** The tracker, as far as it is there now: it may come later than the forms, or be blocked. */
export const tracker = (): Internals | undefined => {
  const present = window.tributary?._;
  // Until the tracker is there, it is the loader's, or the stub's.
  return present && 'forms' in present ? present : undefined;
};

/** Without the tracker nothing is kept, and only forms are sent. */
export const openHost = (script: HTMLScriptElement): Host => {
  const tag = readTag(script);
  const never = (): boolean => false;
  const local = openStore(() => localStorage, never);
  const session = openStore(() => sessionStorage, never);
  return {
    base: tracker()?.base ?? baseOf(tag),
    company: tracker()?.config.company ?? tag.company,
    visitor: () => tracker()?.visitor(),
    signals: () => tracker()?.signals(),
    identified: (token) => void tracker()?.identified(token),
    get local() {
      return tracker()?.store.local ?? local;
    },
    get session() {
      return tracker()?.store.session ?? session;
    },
  };
};
