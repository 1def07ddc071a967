import type { Html } from '../../platform/html.ts';
import type { Person } from './person.ts';
import type { ExportDeps } from './section.ts';

/**
 * A document of an access request that has to stay complete to be a proof: `<name>.html` to read, `<name>.json` to
 * verify.
 */
export interface LedgerInfo {
  readonly name: string;
  readonly title: string;
  /** Its title on the HTML page. */
  readonly heading: string;
  /** Its name in the list of empty sections. */
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
