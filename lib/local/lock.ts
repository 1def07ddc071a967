import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder this long ago is gone. */
const staleMs = 300_000;

/** One process at a time: making a folder succeeds for one of several. */
export const withLock = async <Result>(folder: string, work: () => Promise<Result>): Promise<Result> => {
  mkdirSync(dirname(folder), { recursive: true });
  while (!isMine(folder)) await sleep(200);
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const isMine = (folder: string): boolean => {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    const since = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > staleMs) rmSync(folder, { recursive: true, force: true });
    return false;
  }
};
