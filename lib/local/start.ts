import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startCloud } from './cloud.ts';
import { childEnvironment, repository, sdkEnvironment } from './environment.ts';
import { claimPort, freePort } from './ports.ts';
import { CommandError, run } from './run.ts';
import {
  forgetRunning,
  forgetStack,
  type LocalStack,
  readStack,
  runningPid,
  stackFile,
  writeRunning,
  writeStack,
} from './stack-file.ts';

export interface StartOptions {
  /** Of MiniStack. @default - 4566, or a free one */
  readonly port?: number | undefined;
  /** Of the API. @default - 8787, or a free one */
  readonly apiPort?: number | undefined;
  readonly demo: boolean;
  readonly persist: boolean;
}

/** Starts the local cloud and stays until it is told to end. */
export const start = async ({ port, apiPort, demo, persist }: StartOptions): Promise<void> => {
  refuseSecond();
  const ended = new AbortController();
  const toldToEnd = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        ended.abort();
        resolve();
      });
    }
  });
  if (!persist) forgetStack();
  writeRunning(process.pid);
  const began = Date.now();
  try {
    const cloud = await startCloud({
      port: port === undefined ? await freePort(4566) : await claimPort(port),
      apiPort: apiPort === undefined ? await freePort(8787) : await claimPort(apiPort),
      persist,
      show: true,
      signal: ended.signal,
      tell: (what) => console.log(`\n== ${what}`),
    });
    try {
      writeStack(cloud.stack);
      if (demo) await runDemo(cloud.stack);
      console.log(invitation(cloud.stack, (Date.now() - began) / 1000));
      await toldToEnd;
      console.log('\nStopping.');
    } finally {
      await cloud.stop();
    }
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  } finally {
    if (!persist) forgetStack();
    forgetRunning();
  }
};

export const refuseSecond = (): void => {
  const pid = runningPid();
  if (pid === undefined) return;
  const where = readStack()?.apiUrl ?? 'it is still starting';
  throw new Error(`The local cloud runs already (process ${pid}, ${where}). End it with: npm run stop`);
};

const runDemo = async ({ awsEndpoint }: LocalStack): Promise<void> => {
  const demo = join(repository, 'bin', 'demo.ts');
  if (!existsSync(demo)) return;
  console.log('\n== Filling it with a demo shop');
  const env = childEnvironment(sdkEnvironment(awsEndpoint));
  try {
    await run({ command: process.execPath, args: [demo], env, cwd: repository, show: true, timeoutMs: 120_000 });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    console.error(`The demo failed; the rest runs. ${error.message}`);
  }
};

const invitation = (stack: LocalStack, seconds: number): string => `
Ready after ${seconds.toFixed(0)} s.

  API             ${stack.apiUrl}
  company_id      ${stack.companyId}
  API key         ${stack.apiKey}
  imports bucket  ${stack.importsBucket}
  AWS endpoint    ${stack.awsEndpoint} (region ${stack.region}, any credentials)
  all of it in    ${stackFile}

Try:
  curl ${stack.apiUrl}/api/profiles -H 'Authorization: Klaviyo-API-Key ${stack.apiKey}' -H 'revision: 2026-07-15'

End it with Ctrl-C, or from elsewhere: npm run stop`;
