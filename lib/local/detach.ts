import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { localFolder } from './environment.ts';
import { isAlive, runningPid } from './running.ts';
import { refuseSecond } from './start.ts';

const logFile = join(localFolder, 'start.log');
const isReady = (log: string): boolean => log.includes('\nReady after ');

/** Starts this same command again as a process of its own, and waits until that is ready. */
export const detach = async (args: readonly string[]): Promise<void> => {
  refuseSecond();
  mkdirSync(localFolder, { recursive: true });
  const output = openSync(logFile, 'w');
  const child = spawn(process.execPath, [...args], { detached: true, stdio: ['ignore', output, output] });
  child.unref();
  const { pid } = child;
  if (pid === undefined) throw new Error('It could not be started.');
  // Interrupting the wait leaves nothing in the background.
  const giveUp = () => process.kill(pid, 'SIGTERM');
  process.once('SIGINT', giveUp);
  let shown = 0;
  for (const deadline = Date.now() + 600_000; Date.now() < deadline; await sleep(300)) {
    const isThere = isAlive(pid);
    const log = readFileSync(logFile, 'utf8');
    process.stdout.write(log.slice(shown));
    shown = log.length;
    if (isReady(log)) {
      process.off('SIGINT', giveUp);
      return;
    }
    if (!isThere) throw new Error(`It ended before it was ready: see ${logFile}`);
  }
  throw new Error(`It was not ready after ten minutes: see ${logFile}`);
};

/** Ends what runs in this checkout, and waits until it is gone. */
export const stop = async (): Promise<void> => {
  const pid = runningPid();
  if (pid === undefined) {
    console.log('Nothing runs.');
    return;
  }
  process.kill(pid, 'SIGTERM');
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100)) {
    if (!isAlive(pid)) {
      console.log('Stopped.');
      return;
    }
  }
  throw new Error(`Process ${pid} did not end within 30 s.`);
};
