import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { chromiumPath } from './support/chromium.ts';
import { hasJava } from './support/java.ts';

const types = { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' };
// Three at once, also where Vitest would run one: a test waits for its local cloud about half of the time.
// They share what they import: a file's own copy of all modules cost 0.7 s of a processor, a fifth of the whole run.
const atOnce = {
  maxWorkers: Math.max(3, availableParallelism() - 1),
  isolate: false,
  sequence: { groupOrder: 1 },
};
// On what is deployed once: they turn parts of it off, or ask whether nothing is left.
const oneByOne = { maxWorkers: 1, sequence: { groupOrder: 2 } };
// Only what hangs takes so long: no test is about time, and a busy machine may be slow.
const shared = {
  root: '.',
  // Templates are judged by `npm run check`; in every test that makes one it would be most of the time.
  env: { CDK_VALIDATION: 'false' },
  testTimeout: 180_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
};
const untouched = { ...shared, ...atOnce };
const onlyThese = process.argv.some((argument) => argument.endsWith('dynamodb-local'));

const secondOpinion = {
  test: {
    ...untouched,
    name: 'dynamodb-local',
    include: ['test/table/**/*.test.ts', 'test/*/store*.test.ts'],
    globalSetup: 'test/support/dynamodb-local.ts',
  },
};

const inBrowser = {
  test: {
    ...untouched,
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    globalSetup: 'test/support/cloud.ts',
  },
};
const isChromiumThere = chromiumPath() !== undefined;
if (!isChromiumThere)
  console.warn('\n  NOT RUN: pages in a browser. Install Chromium (Debian: apt-get install chromium).\n');

const isJavaThere = hasJava();
if (!isJavaThere) {
  const notice = 'DynamoDB Local needs Java 17 or newer, and there is none.';
  if (onlyThese) throw new Error(notice);
  console.warn(`\n  NOT RUN: the table's tests on DynamoDB Local. ${notice}\n`);
}

export default defineConfig({
  test: {
    root: '.',
    projects: [
      {
        test: {
          ...untouched,
          name: 'unit',
          include: ['test/lib/**/*.test.ts', 'test/contract/**/*.test.ts'],
          typecheck: types,
        },
      },
      {
        test: {
          ...untouched,
          name: 'endpoint',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/lib/**',
            'test/contract/**',
            'test/e2e/**',
            'test/browser/**',
            'test/deploy/**',
            'test/fuzz/**',
            'test/iam/**',
            'test/hostile/**',
            'test/profiles/patch.test.ts',
            'test/imports/names.test.ts',
            'test/cost/store*',
          ],
          globalSetup: 'test/support/engine.ts',
        },
      },
      {
        test: {
          ...untouched,
          name: 'measured',
          // What processors and memory have to do depends on what a process did before: each in one of its own.
          isolate: true,
          include: ['test/hostile/**/*.test.ts', 'test/profiles/patch.test.ts', 'test/imports/names.test.ts'],
          globalSetup: 'test/support/cloud.ts',
        },
      },
      {
        test: {
          ...untouched,
          name: 'deploy',
          // Each deploys for itself, by the commands that owners use.
          include: ['test/deploy/**/*.test.ts'],
          testTimeout: 600_000,
          globalSetup: 'test/support/cloud.ts',
        },
      },
      {
        test: {
          ...shared,
          ...oneByOne,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          globalSetup: 'test/support/deployed.ts',
        },
      },
      {
        test: {
          ...shared,
          ...oneByOne,
          name: 'fuzz',
          // A cloud of its own: what is made up fills lists that other tests read.
          include: ['test/fuzz/**/*.test.ts'],
          testTimeout: 600_000,
          globalSetup: 'test/support/deployed.ts',
        },
      },
      {
        test: {
          ...shared,
          maxWorkers: 1,
          name: 'iam',
          // Judges what the functions asked of AWS in the tests before it.
          include: ['test/iam/**/*.test.ts'],
          testTimeout: 600_000,
          globalSetup: 'test/iam/setup.ts',
          sequence: { groupOrder: 3 },
        },
      },
      ...(isChromiumThere ? [inBrowser] : []),
      ...(isJavaThere ? [secondOpinion] : []),
    ],
  },
});
