import cliTruncate from 'cli-truncate';
import { createLogUpdate } from 'log-update';

/** Standard output or another stream, which may be a terminal. */
export type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** The last line of a terminal, which shows what is going on. A stream that is no terminal has none. */
export interface StatusLine {
  readonly isShown: boolean;
  /** Replaces the line. */
  show(text: string): void;
  /** Prints a line that stays, in place of the status line. */
  print(text: string): void;
  /** Removes the line. */
  clear(): void;
}

export const openStatusLine = (screen: Screen): StatusLine => {
  const isShown = screen.isTTY === true;
  const update = createLogUpdate(screen, { showCursor: true });
  const clear = () => {
    if (isShown) update.clear();
  };
  return {
    isShown,
    show(text) {
      if (isShown) update(cliTruncate(text, screen.columns || 80));
    },
    print(text) {
      clear();
      screen.write(`${text}\n`);
    },
    clear,
  };
};
