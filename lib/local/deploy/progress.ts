import { openStatusLine, type Screen } from '../../terminal/status-line.ts';

export interface Progress {
  /** Shows a line of the program that is running. */
  line(text: string): void;
  /** Prints what comes next. */
  heading(text: string): void;
  /** Removes the line that is shown last. */
  end(): void;
}

/** The lines of the CDK CLI that stay. Some 400 others name every resource twice. */
const step = /^ *(✨ +(Synthesis|Total)|[✅❌⏳]|\S+: deploying\.\.\.|.*(_FAILED|ROLLBACK))/;
const QUIET_MS = 5_000;

/**
 * Shows the steps of a long deployment. Between two steps a terminal shows the newest line, and any other output gets a
 * line every few seconds.
 */
export const openProgress = (screen: Screen, now: () => number = Date.now): Progress => {
  const status = openStatusLine(screen);
  let printedAt = now();
  const print = (text: string) => {
    printedAt = now();
    status.print(text);
  };
  return {
    heading: (text) => print(`\n== ${text}`),
    line: (text) => {
      if (step.test(text) || (!status.isShown && now() - printedAt > QUIET_MS)) print(text.trimEnd());
      else status.show(text);
    },
    end: status.clear,
  };
};
