/** What the server tells the scripts about an account. */
export interface Config {
  readonly company: string;
  /** The path that the server saw, such as `/onsite.js`. */
  readonly path: string;
  readonly consent: 'required' | 'assumed';
  readonly tracking: boolean;
  readonly backfill: boolean;
  readonly httpCookie: boolean;
  readonly cookieDomain?: string;
  /** Only where the account has live forms. */
  readonly forms?: { readonly path: string; readonly integrity: string };
}
