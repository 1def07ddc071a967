import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';

const POLL_MS = 200;

/**
 * Locks a file, unless another process has locked it. Returns the lock's file descriptor: closing it releases the lock.
 * The kernel closes it when the process dies.
 */
export const lockFile = (file: string): number | undefined => {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a+');
  if (tryLock(descriptor)) return descriptor;
  closeSync(descriptor);
  return undefined;
};

/** Does some work in one process at a time; others wait for their turn. */
export const withLock = async <Result>(
  file: string,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> => {
  let lock = lockFile(file);
  while (lock === undefined) {
    await sleep(POLL_MS, undefined, { signal });
    lock = lockFile(file);
  }
  try {
    return await work();
  } finally {
    closeSync(lock);
  }
};
