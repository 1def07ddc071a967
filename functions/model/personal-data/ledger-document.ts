import type { Html } from '../../platform/html.ts';
import type { Person } from './person.ts';
import type { ExportDeps } from './section.ts';

/** What is handed out as one document, since it proves something only as a whole: `<name>.html` to read, `<name>.json` to check. */
export interface LedgerInfo {
  readonly name: string;
  readonly title: string;
  /** Its title on the page for people. */
  readonly heading: string;
  /** How it is called where there is nothing of it. */
  readonly nameInText: string;
  readonly about: string;
}

export interface LedgerDocument<P extends Person = Person> extends LedgerInfo {
  readonly read: (person: P, deps: ExportDeps) => Promise<LedgerContent>;
}

export interface LedgerContent {
  readonly entries: number;
  readonly page: Html;
  readonly json: unknown;
}
