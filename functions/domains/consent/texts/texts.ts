/** The version of these texts, recorded in the ledger. Raise it with every change of a text. */
export const TEXTS_VERSION = '4';

/** Why a subscription is refused. */
export type Refusal =
  | 'disposable'
  | 'takes_no_mail'
  | 'challenge_missing'
  | 'challenge_wrong'
  | 'challenge_expired'
  | 'challenge_used';

/** The texts of pages and mails. `{shop}` stands for the name of the shop, `{list}` for the name of a list. */
export interface Texts {
  readonly subscribe: Page & {
    readonly list: Page;
    readonly email: string;
    readonly consent: string;
    readonly trap: string;
    readonly invalidEmail: string;
    /** While the browser solves the challenge, and if it can't. */
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
    /** Shown if the browser sends Global Privacy Control. */
    readonly gpcNotice: string;
    readonly all: string;
    /** Shown beside lists that send nothing because the person opted out of e-mail. */
    readonly listsPaused: string;
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

/** Why a page can't be shown. */
export type Failure = 'notFound' | 'unreadable' | 'tooLarge' | 'tooMany' | 'busy' | 'broken';

interface Page {
  readonly title: string;
  readonly lead: string;
  readonly button?: string;
}

/** Fills the placeholders of a text, in one pass: braces in a name stay as they are. */
export const fillPlaceholders =
  (shop: string) =>
  (text: string, list = ''): string =>
    text.replace(/\{(shop|list)\}/g, (_, what) => (what === 'shop' ? shop : list));
