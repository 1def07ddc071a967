import jsonata from 'jsonata';
import * as v from 'valibot';

/*
 * Runs in a process of its own, which `evaluate.ts` starts and kills. It has no environment, no files and no network
 * beyond its channel. `lib/sandbox/bundled-sandbox.ts` bundles it.
 */

const Request = v.object({
  id: v.number(),
  expression: v.string(),
  /** JSON. Absent: the expression is only parsed. */
  input: v.optional(v.string()),
  bindings: v.optional(v.record(v.string(), v.unknown()), {}),
  timeoutMs: v.number(),
});

/** The limits of the library. What they cannot stop, the parent kills. */
const LIMITS = { stack: 500, sequence: 100_000 };
const MAX_RESULT = 1024 * 1024;
const MAX_EXPRESSIONS = 100;

const expressions = new Map<string, jsonata.Expression>();

const compile = (expression: string, timeout: number): jsonata.Expression => {
  const known = expressions.get(expression);
  if (known) return known;
  const compiled = jsonata(expression, { ...LIMITS, timeout });
  if (expressions.size >= MAX_EXPRESSIONS) expressions.clear();
  expressions.set(expression, compiled);
  return compiled;
};

const LibraryError = v.object({ code: v.string(), message: v.string(), position: v.optional(v.number()) });

const errorOf = (error: unknown): object => {
  const known = v.safeParse(LibraryError, error);
  return { error: known.success ? known.output : { code: 'error', message: String(error).slice(0, 200) } };
};

const answer = async (message: unknown): Promise<object> => {
  const { expression, input, bindings, timeoutMs } = v.parse(Request, message);
  try {
    const compiled = compile(expression, timeoutMs);
    if (input === undefined) return {};
    const result = JSON.stringify(await compiled.evaluate(JSON.parse(input, readExact), bindings)) ?? 'null';
    if (result.length > MAX_RESULT) return errorOf({ code: 'size', message: 'The result is larger than 1 MiB.' });
    return { result };
  } catch (error) {
    return errorOf(error);
  }
};

/** An id with more digits than a double becomes a text. */
const readExact = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? (context?.source ?? value)
    : value;

process.on('message', async (message) => {
  const { id } = v.parse(v.object({ id: v.number() }), message);
  process.send?.({ id, ...(await answer(message)) });
});
process.send?.({ id: 0 });
