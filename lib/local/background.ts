import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { localFolder } from '../process/environment.ts';
import { runningPid } from './running.ts';
import { alreadyRunning } from './start.ts';

const logFile = join(localFolder, 'start.log');
const START_MS = 600_000;
const STOP_MS = 30_000;

/** Starts this command again in the background and waits until it is ready. */
export const detach = async (args: readonly string[]): Promise<void> => {
  if (runningPid() !== undefined) throw alreadyRunning();
  mkdirSync(localFolder, { recursive: true });
  const output = createWriteStream(logFile);
  await once(output, 'open');
  const child = execa(process.execPath, args, {
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    reject: false,
    // It may still be saving what `--persist` keeps.
    forceKillAfterDelay: false,
  });
  child.nodeChildProcess.unref();
  let hasEnded = false;
  void child.finally(() => {
    hasEnded = true;
  });
  // Ctrl-C during the wait also ends the background process.
  const interrupt = () => child.kill('SIGTERM');
  process.once('SIGINT', interrupt);
  let shown = 0;
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(300)) {
    const isGone = hasEnded;
    const log = readFileSync(logFile, 'utf8');
    process.stdout.write(log.slice(shown));
    shown = log.length;
    if (log.includes('\nReady after ')) {
      process.off('SIGINT', interrupt);
      return;
    }
    if (isGone) throw new Error(`The local cloud ended before it was ready. See ${logFile}`);
  }
  throw new Error(`The local cloud was not ready after ten minutes. See ${logFile}`);
};

/** Ends the local cloud of this checkout and waits until it is gone. */
export const stop = async (): Promise<void> => {
  const pid = runningPid();
  if (pid === undefined) {
    console.log('No local cloud is running.');
    return;
  }
  process.kill(pid, 'SIGTERM');
  for (const deadline = Date.now() + STOP_MS; Date.now() < deadline; await sleep(100)) {
    if (runningPid() !== pid) {
      console.log('Stopped.');
      return;
    }
  }
  throw new Error(`Process ${pid} did not end within 30 s. End it with: kill -9 ${pid}`);
};
