/** Changes with every change of what people are shown: the ledger names it. */
export const TEXTS_VERSION = '4';

/** Why a subscription is refused. */
export type Refusal =
  | 'disposable'
  | 'takes_no_mail'
  | 'challenge_missing'
  | 'challenge_wrong'
  | 'challenge_expired'
  | 'challenge_used';

/** All that pages and mails say. `{shop}` stands for the name of the shop, `{list}` for that of a list. */
export interface Texts {
  readonly subscribe: Page & {
    readonly list: Page;
    readonly email: string;
    readonly consent: string;
    readonly trap: string;
    readonly invalidEmail: string;
    /** While the browser does its work, and where it can't. */
    readonly working: string;
    readonly needsScript: string;
    readonly tooMany: string;
    readonly refused: Readonly<Record<Refusal, string>>;
  };
  readonly checkMail: Page;
  readonly confirm: Page & { readonly consent: string };
  readonly confirmed: Page;
  readonly used: Page;
  readonly subscribed: Page;
  readonly subscribedToList: Page;
  readonly expired: Page;
  readonly invalid: Page;
  readonly preferences: Page & {
    readonly channels: string;
    readonly lists: string;
    readonly data: string;
    /** Where the browser says Global Privacy Control. */
    readonly spite: string;
    readonly all: string;
    /** Where news by e-mail was ended, beside the lists that send none since. */
    readonly listsAreQuiet: string;
    readonly topics: Readonly<Record<string, string>>;
  };
  readonly saved: Page;
  readonly unsubscribe: Page & { readonly fromList: string };
  readonly unsubscribed: Page & { readonly preferences: string };
  readonly leftList: Page;
  readonly declined: Page;
  readonly unknown: Page;
  readonly failed: Readonly<Record<Failure, Page>>;
  readonly mail: {
    readonly subject: string;
    readonly lead: string;
    readonly button: string;
    readonly ignore: string;
    readonly decline: string;
  };
}

/** What can keep a page from being shown at all. */
export type Failure = 'notFound' | 'unreadable' | 'tooLarge' | 'tooMany' | 'busy' | 'broken';

interface Page {
  readonly title: string;
  readonly lead: string;
  readonly button?: string;
}

/** Puts names into a text, in one pass: a name that holds braces stays as it is. */
export const naming =
  (shop: string) =>
  (text: string, list = ''): string =>
    text.replace(/\{(shop|list)\}/g, (_, what) => (what === 'shop' ? shop : list));
