import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join, relative } from 'node:path';
import { localFolder, repository } from '../lib/process/environment.ts';
import { chromiumPath } from './support/browsers/chromium-path.ts';

/**
 * Every test, as two runs of Vitest at once: those on what is deployed run one after another and mostly wait, so that the
 * others have the processors meanwhile. `quick` runs the rules, and endpoints on the table in memory. With other arguments
 * it is one run of what they name: `npm test -- test/domains/lists`.
 */
const quick = ['unit', 'endpoint'];
const parts = {
  others: [
    ...quick,
    ...['tools', 'thorough', 'measured', 'ministack', 'dynamodb-local', 'deploy'],
    ...(chromiumPath() === undefined ? [] : ['browser']),
  ],
  deployed: ['e2e', 'fuzz', 'iam'],
};
type Part = keyof typeof parts;
const names = Object.keys(parts) as readonly Part[];

const vitest = [join(repository, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/vitest.config.ts'];
const logFile = join(localFolder, 'test-deployed.log');
const totals = join(localFolder, 'test-results.json');
const resultsOf = (part: Part) => join(localFolder, `test-results-${part}.json`);

interface How {
  /** A file for what it prints, if not the terminal. */
  readonly output?: number;
  readonly niceness?: number;
}

const run = async (args: readonly string[], { output, niceness = 0 }: How = {}): Promise<number> => {
  const child = spawn(process.execPath, [...vitest, ...args], {
    cwd: repository,
    stdio: ['ignore', output ?? 'inherit', output ?? 'inherit'],
    env: {
      NODE_COMPILE_CACHE: join(localFolder, 'compile-cache'),
      ...process.env,
      ...(output !== undefined && process.stdout.isTTY && { FORCE_COLOR: '1' }),
    },
  });
  if (child.pid !== undefined && niceness > 0) setPriority(child.pid, niceness);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
};

const projectArgs = (names: readonly string[]): readonly string[] => names.flatMap((name) => ['--project', name]);

const argsOf = (part: Part): readonly string[] => [
  ...projectArgs(parts[part]),
  ...(part === 'others' ? ['--typecheck'] : []),
  ...['--reporter=default', '--reporter=json', `--outputFile.json=${resultsOf(part)}`],
];

interface Results {
  readonly passed: number;
  readonly failed: number;
  /** Each in a line. */
  readonly failures: readonly string[];
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { status: string; fullName: string; failureMessages: readonly string[] }[];
  }[];
}

/** A run can fail without a failed test: a type, a file that cannot be read, a cloud that does not start. */
const resultsIn = (part: Part, code: number): Results => {
  if (!existsSync(resultsOf(part))) return { passed: 0, failed: 1, failures: [`The tests of '${part}' did not end.`] };
  const { numPassedTests, numFailedTests, testResults }: Report = JSON.parse(readFileSync(resultsOf(part), 'utf8'));
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === 'failed');
    const file = relative(repository, name);
    if (failed.length === 0) return status === 'failed' ? [`${file}: ${firstLine(message)}`] : [];
    return failed.map(({ fullName, failureMessages: [first = ''] }) => `${file}: ${fullName}: ${firstLine(first)}`);
  });
  return { passed: numPassedTests, failed: Math.max(numFailedTests, code === 0 ? 0 : 1), failures };
};

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

const everything = async (): Promise<number> => {
  mkdirSync(localFolder, { recursive: true });
  for (const file of [totals, ...names.map(resultsOf)]) rmSync(file, { force: true });
  console.log(`The tests on what is deployed run beside the others, and are shown after them. Until then: ${logFile}`);
  const output = openSync(logFile, 'w');
  const deployed = run(argsOf('deployed'), { output });
  // What is deployed has time limits of its own, and goes first.
  const codes = { others: await run(argsOf('others'), { niceness: 5 }), deployed: await deployed };
  closeSync(output);
  process.stdout.write(readFileSync(logFile));
  const results = names.map((part) => resultsIn(part, codes[part]));
  const [passed, failed] = [sumOf(results, 'passed'), sumOf(results, 'failed')];
  writeFileSync(totals, JSON.stringify({ passed, failed }));
  const failures = results.flatMap((one) => one.failures);
  console.log(
    ['', ...failures.map((failure) => `FAILED: ${failure}`), `${passed} passed, ${failed} failed`].join('\n'),
  );
  return codes.others || codes.deployed;
};

const sumOf = (results: readonly Results[], of: 'passed' | 'failed'): number =>
  results.reduce((total, one) => total + one[of], 0);

const asked = process.argv.slice(2);
const [first, ...more] = asked;
if (first === undefined) process.exitCode = await everything();
else if (first === 'quick') process.exitCode = await run([...projectArgs(quick), ...more]);
else process.exitCode = await run(['--typecheck', ...asked]);
