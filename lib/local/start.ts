import { join } from 'node:path';
import { childEnvironment, repository, sdkEnvironment } from '../process/environment.ts';
import { CommandError, run } from '../process/run.ts';
import { startCloud } from './cloud.ts';
import { openProgress } from './deploy/progress.ts';
import { type AskedPorts, choosePorts, freePort } from './ministack/ports.ts';
import { claimRunning, runningPid } from './running.ts';
import { keep, keptFolder, readKept } from './stack/persisted-stack.ts';
import { forgetStack, type LocalStack, readStack, stackFile, writeStack } from './stack/stack-file.ts';

export interface StartOptions extends AskedPorts {
  readonly demo: boolean;
  readonly persist: boolean;
  readonly sftp: boolean;
}

/** Starts the local cloud and stays until it is stopped. */
export const start = async ({ demo, persist, sftp, ...asked }: StartOptions): Promise<void> => {
  if (!(await claimRunning())) throw alreadyRunning();
  const ended = new AbortController();
  const { signal } = ended;
  const toldToEnd = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        ended.abort();
        resolve();
      });
    }
  });
  forgetStack();
  const progress = openProgress(process.stdout);
  const began = Date.now();
  try {
    const last = persist ? readKept() : undefined;
    const cloud = await startCloud({
      ...(await choosePorts(asked, last)),
      sftpPort: sftp ? await freePort(2222) : undefined,
      keptIn: persist ? keptFolder : undefined,
      last,
      onLine: progress.line,
      signal,
      tell: progress.heading,
    });
    try {
      progress.end();
      if (persist) keep(cloud.stack);
      writeStack(cloud.stack);
      if (demo) await runDemo(cloud.stack, signal);
      if (!signal.aborted) console.log(invitation(cloud.stack, (Date.now() - began) / 1000));
      await toldToEnd;
      console.log('\nStopping.');
    } finally {
      await cloud.stop();
    }
  } catch (error) {
    progress.end();
    if (!signal.aborted) throw persist ? advised(error) : error;
    console.log('\nStopped before it was ready.');
  } finally {
    forgetStack();
  }
};

const advised = (cause: unknown): Error =>
  new Error(
    `${cause instanceof Error ? cause.message : cause}\n\nWhat was kept stays in ${keptFolder}. Start again to go on with it, or delete that folder to begin anew.`,
    { cause },
  );

export const alreadyRunning = (): Error => {
  const where = readStack()?.apiUrl ?? 'it is still starting';
  return new Error(`The local cloud runs already (process ${runningPid()}, ${where}). End it with: npm run stop`);
};

const runDemo = async ({ awsEndpoint }: LocalStack, signal: AbortSignal): Promise<void> => {
  const demo = join(repository, 'bin', 'demo.ts');
  console.log('\n== Filling it with a demo shop');
  const env = childEnvironment(sdkEnvironment(awsEndpoint));
  try {
    await run({
      command: process.execPath,
      args: [demo],
      env,
      cwd: repository,
      onLine: console.log,
      timeoutMs: 120_000,
      signal,
    });
  } catch (error) {
    if (!(error instanceof CommandError) || signal.aborted) throw error;
    console.error(`The demo failed; the rest runs. ${error.message}`);
  }
};

const invitation = (stack: LocalStack, seconds: number): string => `
Ready after ${seconds.toFixed(0)} s.

  API             ${stack.apiUrl}
  its reference   ${stack.apiUrl}/docs
  company_id      ${stack.companyId}
  API key         ${stack.apiKey}
  imports bucket  ${stack.importsBucket}
  AWS endpoint    ${stack.awsEndpoint} (region ${stack.region}, any credentials)
${stack.sftp ? `  SFTP            127.0.0.1, port ${stack.sftp.port}: npm run admin -- sftp users add ada --key ~/.ssh/id_ed25519.pub\n` : ''}  all of it in    ${stackFile}

Try:
  curl ${stack.apiUrl}/api/profiles -H 'Authorization: Klaviyo-API-Key ${stack.apiKey}' -H 'revision: 2026-07-15'

End it with Ctrl-C, or from elsewhere: npm run stop`;
