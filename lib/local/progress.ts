export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** A line of a program at work. */
  line(text: string): void;
  /** What comes next; stays. */
  heading(text: string): void;
}

/** What the CDK CLI says that is worth keeping; the other some 400 lines name every resource twice. */
const step = /^ *(✨ +(Synthesis|Total)|[✅❌⏳]|\S+: deploying\.\.\.|.*(_FAILED|ROLLBACK))/;
const QUIET_MS = 5_000;

/** Shows that a long work goes on: its steps, and between them on a terminal its newest line, elsewhere one now and then. */
export const openProgress = (screen: Screen, now: () => number = Date.now): Progress => {
  let shownAt = now();
  const keep = (text: string) => {
    shownAt = now();
    screen.write(`${clear(screen)}${text}\n`);
  };
  return {
    heading: (text) => keep(`\n== ${text}`),
    line: (text) => {
      if (step.test(text) || (!screen.isTTY && now() - shownAt > QUIET_MS)) keep(text.trimEnd());
      else if (screen.isTTY) screen.write(`${clear(screen)}${text.slice(0, (screen.columns ?? 80) - 1)}`);
    },
  };
};

const clear = ({ isTTY = false }: Screen): string => (isTTY ? '\r\u001B[K' : '');
