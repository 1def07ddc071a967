export type Row = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where a command says things: answers to standard output, everything else beside it. */
export interface Output {
  readonly isJson: boolean;
  /** The answer: as JSON where that is asked for, otherwise as it reads best. */
  answer(value: unknown, text: string): void;
  /** One of many answers, as it is. */
  line(text: string): void;
  note(text: string): void;
  /** The same, also where answers are read by programs. */
  notice(text: string): void;
}

export const openOutput = (isJson: boolean): Output => ({
  isJson,
  answer: (value, text) => console.log(isJson ? JSON.stringify(value, null, 2) : text),
  line: (text) => console.log(text),
  note: (text) => {
    if (!isJson) console.error(text);
  },
  notice: (text) => console.error(text),
});

/** What files and their names say is anybody's: nothing of it may steer the terminal. */
export const harmless = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);

/** Columns as wide as what stands in them. */
export const columns = (rows: readonly Row[]): string => {
  const [first] = rows;
  if (!first) return '';
  const names = Object.keys(first);
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => harmless(String(row[name] ?? '-')))),
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
