import { join } from 'node:path';
import { childEnvironment, repository, sdkEnvironment } from '../process/environment.ts';
import { CommandError, run } from '../process/run.ts';
import { startCloud } from './cloud.ts';
import { openProgress } from './deploy/progress.ts';
import { choosePorts, freePort, type PortOptions } from './ministack/ports.ts';
import { claimRunning, runningPid } from './running.ts';
import { persistFolder, persistStack, readPersistedStack } from './stack/persisted-stack.ts';
import { type LocalStack, readStack, removeStackFile, stackFile, writeStack } from './stack/stack-file.ts';

export interface StartOptions extends PortOptions {
  readonly demo: boolean;
  readonly persist: boolean;
  readonly sftp: boolean;
}

/** Starts the local cloud and stays until it is stopped. */
export const start = async ({ demo, persist, sftp, ...ports }: StartOptions): Promise<void> => {
  if (!(await claimRunning())) throw alreadyRunning();
  const interruption = new AbortController();
  const { signal } = interruption;
  const interrupted = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        interruption.abort();
        resolve();
      });
    }
  });
  removeStackFile();
  const progress = openProgress(process.stdout);
  const startedAt = Date.now();
  try {
    const last = persist ? readPersistedStack() : undefined;
    const cloud = await startCloud({
      ...(await choosePorts(ports, last)),
      sftpPort: sftp ? await freePort(2222) : undefined,
      persistIn: persist ? persistFolder : undefined,
      last,
      onLine: progress.line,
      signal,
      onStep: progress.heading,
    });
    try {
      progress.end();
      if (persist) persistStack(cloud.stack);
      writeStack(cloud.stack);
      if (demo) await runDemo(cloud.stack, signal);
      if (!signal.aborted) console.log(summaryOf(cloud.stack, (Date.now() - startedAt) / 1000));
      await interrupted;
      console.log('\nStopping.');
    } finally {
      await cloud.stop();
    }
  } catch (error) {
    progress.end();
    if (!signal.aborted) throw persist ? withAdvice(error) : error;
    console.log('\nStopped before the local cloud was ready.');
  } finally {
    removeStackFile();
  }
};

const withAdvice = (cause: unknown): Error =>
  new Error(
    `${cause instanceof Error ? cause.message : cause}\n\nThe persisted data stays in ${persistFolder}. Start again to continue with it, or delete that folder to start without data.`,
    { cause },
  );

export const alreadyRunning = (): Error => {
  const state = readStack()?.apiUrl ?? 'still starting';
  return new Error(`The local cloud is already running (process ${runningPid()}, ${state}). End it with: npm run stop`);
};

const runDemo = async ({ awsEndpoint }: LocalStack, signal: AbortSignal): Promise<void> => {
  const demo = join(repository, 'bin', 'demo.ts');
  console.log('\n== Adding a demo shop');
  const env = childEnvironment(sdkEnvironment(awsEndpoint));
  try {
    await run({
      command: process.execPath,
      args: [demo, '--no-shop'],
      env,
      cwd: repository,
      onLine: console.log,
      timeoutMs: 120_000,
      signal,
    });
  } catch (error) {
    if (!(error instanceof CommandError) || signal.aborted) throw error;
    console.error(`The demo failed. The local cloud runs without it. ${error.message}`);
  }
};

const summaryOf = (stack: LocalStack, seconds: number): string => `
Ready after ${seconds.toFixed(0)} s.

  API             ${stack.apiUrl}
  API reference   ${stack.apiUrl}/docs
  company_id      ${stack.companyId}
  API key         ${stack.apiKey}
  imports bucket  ${stack.importsBucket}
  AWS endpoint    ${stack.awsEndpoint} (region ${stack.region}, any credentials)
${stack.sftp ? `  SFTP            127.0.0.1, port ${stack.sftp.port}: npm run admin -- sftp users add ada --key ~/.ssh/id_ed25519.pub\n` : ''}  saved in        ${stackFile}

Try:
  curl ${stack.apiUrl}/api/profiles -H 'Authorization: Klaviyo-API-Key ${stack.apiKey}' -H 'revision: 2026-07-15'
  npm run demo            # a small shop with the script and forms, at a local URL

End it with Ctrl-C, or from another terminal: npm run stop`;
