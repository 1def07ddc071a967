import { closeSync, ftruncateSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { localFolder } from '../process/environment.ts';
import { lockFile } from '../process/lock.ts';

/** The process that runs the local cloud of this checkout locks this file, which contains its id. */
const file = join(localFolder, 'running.lock');

const ATTEMPTS = 5;
const PAUSE_MS = 50;

/** Locks the local cloud of this checkout for this process, until it ends. Returns false if another process runs it. */
export const claimRunning = async (): Promise<boolean> => {
  // `runningPid` in another process holds the lock for a moment.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const lock = lockFile(file);
    if (lock !== undefined) {
      ftruncateSync(lock);
      writeSync(lock, `${process.pid}\n`);
      return true;
    }
    await sleep(PAUSE_MS);
  }
  return false;
};

/** The id of the process that runs the local cloud of this checkout. */
export const runningPid = (): number | undefined => {
  const lock = lockFile(file);
  if (lock === undefined) return Number.parseInt(readFileSync(file, 'utf8'), 10);
  closeSync(lock);
  return undefined;
};
