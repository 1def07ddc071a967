import { createLogUpdate } from 'log-update';

export type Row = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes answers to standard output, everything else to standard error. */
export interface Output {
  readonly isJson: boolean;
  /** Writes the answer: as JSON with `--json`, otherwise as text. */
  answer(value: unknown, text: string): void;
  /** Writes one of many answers as it is. */
  line(text: string): void;
  /** Shows how far a job is: on a terminal in one line that changes, elsewhere and as JSON in a line each. */
  progress(value: unknown, text: string): void;
  /** Leaves the last progress on the terminal. */
  endProgress(): void;
  /** Writes for people; `--json` leaves it out. */
  note(text: string): void;
  /** Writes for people, with `--json` too. */
  notice(text: string): void;
}

export const openOutput = (isJson: boolean): Output => {
  const update = process.stdout.isTTY && !isJson ? createLogUpdate(process.stdout, { showCursor: true }) : undefined;
  return {
    isJson,
    answer: (value, text) => console.log(isJson ? JSON.stringify(value, null, 2) : text),
    line: (text) => console.log(text),
    progress: (value, text) => (update ?? console.log)(isJson ? JSON.stringify(value) : text),
    endProgress: () => update?.done(),
    note: (text) => {
      if (!isJson) console.error(text);
    },
    notice: (text) => console.error(text),
  };
};

/** Escapes control characters: file names and contents come from strangers and must not control the terminal. */
export const escapeControls = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

/** Formats rows as a table with a header. Columns are as wide as their longest cell. */
export const formatTable = (rows: readonly Row[]): string => {
  const [first] = rows;
  if (!first) return '';
  const names = Object.keys(first);
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => escapeControls(String(row[name] ?? '-')))),
  ];
  const widths = names.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
