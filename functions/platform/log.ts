/** Structured lines for CloudWatch. Never a body, an e-mail address or a key: name what happened and its ids. */
export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

type Fields = Readonly<Record<string, unknown>>;
type Level = keyof Log;

const rank: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * Lambda passes on a line of JSON as it is and filters it by `level`, which it believes only where `timestamp` is RFC 3339.
 * Through `console` its runtime would wrap the line in another object as text, where no metric filter finds a field.
 */
const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

export const openLog = (least: Level, print: (line: string) => void = printLine): Log => {
  const at =
    (level: Level) =>
    (message: string, fields: Fields = {}) => {
      if (rank[level] < rank[least]) return;
      const timestamp = new Date().toISOString();
      print(JSON.stringify({ timestamp, level: level.toUpperCase(), message, ...fields }));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};

/**
 * What may be logged of something thrown. The messages of the SDK, of a JSON parser and of a schema quote what they were
 * given, which can be somebody's data: only our own and those of mistakes in code are kept.
 */
export const describe = (error: unknown): Fields => {
  if (!(error instanceof Error)) return { error: typeof error };
  const isPlain = OURS.has(error.name) && !('$metadata' in error);
  return {
    error: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(isPlain && { detail: error.message }),
    stack: frames(error),
  };
};

/** A name for what was thrown, with its code: for those who may not read logs, who are told nothing of anybody's data. */
export const nameOfError = (error: unknown): string => {
  const { error: name, code } = describe(error);
  return code === undefined || code === name ? String(name) : `${name} (${code})`;
};

const OURS = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError']);

const frames = ({ stack = '' }: Error): readonly string[] =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());

/** What is logged of each message and record that failed. A metric filter counts these lines, and an alarm watches them. */
export const MESSAGE_FAILED = 'message failed';
