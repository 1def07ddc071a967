import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder } from '../../process/environment.ts';
import { type LocalStack, readStack, writeStack } from './stack-file.ts';

/** Where `--persist` keeps what is stored; a start without it leaves it alone. */
export const keptFolder = join(localFolder, 'kept');
const keptFile = join(keptFolder, 'stack.json');

/** What the last start with `--persist` deployed. */
export const readKept = (): LocalStack | undefined => {
  const kept = readStack(keptFile);
  // Without it the first start did not get far enough to be worth keeping, and half a stack can't be deployed over.
  if (!kept) rmSync(keptFolder, { recursive: true, force: true });
  return kept;
};

export const keep = (stack: LocalStack): void => writeStack(stack, keptFile);
