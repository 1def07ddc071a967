import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { bundledScripts, SCRIPTS_MODULE } from '../lib/onsite/bundled-scripts.ts';
import { localFolder } from '../lib/process/environment.ts';
import { bundledSandbox, SANDBOX_MODULE } from '../lib/sandbox/bundled-sandbox.ts';
import { contract, endpointTests, measuredTests, thoroughTests, toolTests, unitTests } from './projects.ts';
import { chromiumPath } from './support/browsers/chromium-path.ts';
import { firefoxPath } from './support/browsers/firefox-path.ts';

const types = { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' };
// Three at once, also where Vitest would run one: a test waits for its local cloud about half of the time.
// They share what they import: a file's own copy of all modules cost 0.7 s of a processor, a fifth of the whole run.
const atOnce = {
  maxWorkers: Math.max(3, availableParallelism() - 1),
  isolate: false,
  sequence: { groupOrder: 1 },
};
// On what is deployed once: they turn parts of it off, or ask whether nothing is left.
const oneByOne = { maxWorkers: 1, isolate: false, sequence: { groupOrder: 2 } };
// Only what hangs takes so long: no test is about time, and a busy machine may be slow.
const shared = {
  root: '.',
  alias: { [SCRIPTS_MODULE]: bundledScripts(), [SANDBOX_MODULE]: bundledSandbox() },
  env: {
    // Templates are judged by `npm run check`; in every test that makes one it would be most of the time.
    CDK_VALIDATION: 'false',
    // Commands are started hundreds of times: two thirds of their time went into compiling the same modules.
    NODE_COMPILE_CACHE: join(localFolder, 'compile-cache'),
  },
  testTimeout: 180_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
};
const untouched = { ...shared, ...atOnce };

/** The table is in the process of each worker; the rest of a local cloud is started for the first test that asks for it. */
const inWorker = { globalSetup: 'test/support/setup/engine.ts', setupFiles: 'test/support/setup/engine-here.ts' };

const inBrowser = {
  test: {
    ...untouched,
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    ...inWorker,
  },
};
const isChromiumThere = chromiumPath() !== undefined;
if (!isChromiumThere)
  console.warn('\n  NOT RUN: pages in a browser. Install Chromium (Debian: apt-get install chromium).\n');

const isFirefoxThere = firefoxPath() !== undefined;
if (!isFirefoxThere)
  console.warn('\n  NOT RUN: scripts of websites in Firefox. Install it (Debian: apt-get install firefox-esr).\n');

export default defineConfig({
  test: {
    root: '.',
    projects: [
      {
        test: {
          ...untouched,
          name: 'unit',
          ...unitTests,
          typecheck: types,
        },
      },
      {
        test: {
          ...untouched,
          name: 'endpoint',
          ...endpointTests,
          ...inWorker,
        },
      },
      {
        test: {
          ...untouched,
          name: 'tools',
          // Templates that are made, bundles, and commands as processes.
          include: toolTests,
        },
      },
      {
        test: {
          ...untouched,
          name: 'thorough',
          // They repeat, kill, wait, or start processes.
          ...thoroughTests,
          ...inWorker,
        },
      },
      {
        test: {
          ...untouched,
          name: 'measured',
          // What processors and memory have to do depends on what a process did before: each in one of its own.
          isolate: true,
          include: measuredTests,
          globalSetup: 'test/support/setup/engine.ts',
        },
      },
      {
        test: {
          ...untouched,
          name: 'ministack',
          include: contract,
          globalSetup: 'test/support/setup/cloud.ts',
        },
      },
      {
        test: {
          ...untouched,
          name: 'dynamodb-local',
          // AWS's own emulation is the second opinion; it alone counts units.
          include: [...contract, 'test/cost/store*.test.ts'],
          globalSetup: 'test/support/setup/dynamodb-local.ts',
        },
      },
      {
        test: {
          ...untouched,
          name: 'deploy',
          // Each deploys for itself, by the commands that owners use.
          include: ['test/deploy/**/*.test.ts'],
          testTimeout: 600_000,
        },
      },
      {
        test: {
          ...shared,
          ...oneByOne,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: isChromiumThere || isFirefoxThere ? [] : ['test/e2e/websites/*-browser.test.ts'],
          testTimeout: 600_000,
          globalSetup: 'test/support/setup/deployed.ts',
        },
      },
      {
        test: {
          ...shared,
          maxWorkers: 1,
          name: 'fuzz',
          // After the tests of e2e, on the same stack, with an account of its own.
          include: ['test/fuzz/**/*.test.ts'],
          testTimeout: 600_000,
          globalSetup: 'test/support/setup/deployed.ts',
          sequence: { groupOrder: 3 },
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
          sequence: { groupOrder: 4 },
        },
      },
      ...(isChromiumThere ? [inBrowser] : []),
    ],
  },
});
