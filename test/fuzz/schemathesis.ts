import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { Json } from '../../lib/openapi/schema.ts';
import { childEnvironment, localFolder } from '../../lib/process/environment.ts';
import { installPython, python } from '../../lib/process/python.ts';
import { run } from '../../lib/process/run.ts';

export interface Fuzz {
  readonly document: Json;
  readonly apiUrl: string;
  /** Sent with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether what is sent is as the document says, breaks it somewhere, or both by turns. */
  readonly mode: 'positive' | 'negative' | 'all';
  /** Requests to each operation, about. */
  readonly examples: number;
  readonly seed: number;
  /** Also one request for each limit and each missing member that the document names: thousands. @default false */
  readonly isThorough?: boolean;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

const Har = v.object({
  log: v.object({
    entries: v.array(
      v.object({
        request: v.object({ method: v.string(), url: v.string() }),
        response: v.object({ status: v.number() }),
      }),
    ),
  }),
});

/**
 * Sends what schemathesis makes up from a document, and gives what was answered. Throws with the requests to repeat by
 * curl where an answer is a 5xx, or has a status, type, header or body that the document does not name.
 */
export const fuzz = async ({ document, apiUrl, headers, mode, examples, seed, isThorough }: Fuzz): Promise<Asked[]> => {
  await installPython('schemathesis');
  mkdirSync(localFolder, { recursive: true });
  const folder = mkdtempSync(join(localFolder, 'fuzz-'));
  const [file, har] = [join(folder, 'openapi.json'), join(folder, 'requests.har')];
  writeFileSync(file, JSON.stringify(document));
  // Its own settings file would be looked for in the folders above; there is none.
  const args = [
    // Two that look for limits at once meet a race of CPython 3.11's parser (python/cpython#106905).
    ...['run', file, '--url', apiUrl, '--workers', isThorough ? '1' : '2', '--seed', `${seed}`],
    ...['--phases', isThorough ? 'coverage,fuzzing' : 'fuzzing', '--mode', mode, '--max-examples', `${examples}`],
    ...['--checks', CHECKS.join(','), '--warnings', 'off', '--continue-on-failure', '--no-color'],
    ...['--suppress-health-check', 'all', '--report-har-path', har, '--report', 'har'],
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}:${value}`]),
  ];
  try {
    const command = join(dirname(python), 'schemathesis');
    await run({ command, args, env: childEnvironment(), cwd: folder, timeoutMs: 3_600_000 });
    const { log } = v.parse(Har, JSON.parse(readFileSync(har, 'utf8')));
    return log.entries.map(({ request: { method, url }, response: { status } }) => ({
      method,
      path: new URL(url).pathname,
      status,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
