import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder } from '../../process/environment.ts';
import { type LocalStack, readStack, writeStack } from './stack-file.ts';

/** The folder that `--persist` stores data in. A start without it does not touch it. */
export const persistFolder = join(localFolder, 'kept');
const stackFile = join(persistFolder, 'stack.json');

/** The stack of the last start with `--persist`. */
export const readPersistedStack = (): LocalStack | undefined => {
  const stack = readStack(stackFile);
  // The first start did not finish, and half a stack cannot be updated.
  if (!stack) rmSync(persistFolder, { recursive: true, force: true });
  return stack;
};

export const persistStack = (stack: LocalStack): void => writeStack(stack, stackFile);
