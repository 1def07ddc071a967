/** What tests need of a browser, whichever drives it. */
export interface DrivenPage {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs an expression in the page. A promise is awaited; the value must be JSON. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface DrivenCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly secure: boolean;
  readonly sameSite: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** A browser with one person's profile: its pages share cookies and storage. */
export interface DrivenProfile {
  newPage(): Promise<DrivenPage>;
  cookies(url: string): Promise<readonly DrivenCookie[]>;
  setOffline?(isOffline: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface DrivenBrowser {
  newProfile(): Promise<DrivenProfile>;
  close(): Promise<void>;
}
