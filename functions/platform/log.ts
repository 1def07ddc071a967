/**
 * Structured log lines for CloudWatch. They name what happened and its ids, never a body, an e-mail address or a key.
 */
export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

type Fields = Readonly<Record<string, unknown>>;
type Level = keyof Log;

const severity: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * Lambda passes a line of JSON through unchanged and filters it by `level`, if `timestamp` is RFC 3339. Through
 * `console`, its runtime would wrap the line as text in another object, where metric filters find no field.
 */
const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

export const openLog = (minLevel: Level, print: (line: string) => void = printLine): Log => {
  const writer =
    (level: Level) =>
    (message: string, fields: Fields = {}) => {
      if (severity[level] < severity[minLevel]) return;
      const timestamp = new Date().toISOString();
      print(JSON.stringify({ timestamp, level: level.toUpperCase(), message, ...fields }));
    };
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
};

/**
 * The loggable fields of an error. Messages of the SDK, of JSON parsers and of schemas quote their input, which can be
 * personal data. Only messages of our own errors and of programming mistakes are logged.
 */
export const errorFields = (error: unknown): Fields => {
  if (!(error instanceof Error)) return { error: typeof error };
  const canLogMessage = PLAIN_ERRORS.has(error.name) && !('$metadata' in error);
  return {
    error: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(canLogMessage && { detail: error.message }),
    stack: stackFrames(error),
  };
};

/** The name and code of an error. Safe to show to people who may not read logs: it contains no personal data. */
export const errorName = (error: unknown): string => {
  const { error: name, code } = errorFields(error);
  return code === undefined || code === name ? String(name) : `${name} (${code})`;
};

const PLAIN_ERRORS = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError']);

const stackFrames = ({ stack = '' }: Error): readonly string[] =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());

/** The log message for each message or record that failed. A metric filter counts these lines for an alarm. */
export const MESSAGE_FAILED = 'message failed';
