import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deployLocally } from './deploy.ts';
import { repository } from './environment.ts';
import { type LocalStack, readStack } from './stack-file.ts';

/** Sends every change of functions/ and lib/ to the local cloud that `npm start` made. Stays until it is told to end. */
export const dev = async (signal: AbortSignal): Promise<void> => {
  const stack = readStack();
  if (!stack) throw new Error('There is no local cloud to send changes to. Start one first: npm start -- --detach');
  let isDirty = true;
  const wake = () => {
    isDirty = true;
  };
  const watching = ['functions', 'lib'].map((folder) => noticeChanges(join(repository, folder), wake, signal));
  console.log(`Watching. The API is ${stack.apiUrl}`);
  while (!signal.aborted) {
    if (isDirty) {
      isDirty = false;
      await update(stack, signal);
    }
    // Editors write several files, or one in several steps.
    await sleep(150);
  }
  await Promise.all(watching);
};

const noticeChanges = async (folder: string, wake: () => void, signal: AbortSignal): Promise<void> => {
  try {
    for await (const { filename } of watch(folder, { recursive: true, signal })) {
      if (filename?.endsWith('.ts')) wake();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};

const update = async ({ awsEndpoint, apiUrl }: LocalStack, signal: AbortSignal): Promise<void> => {
  const began = performance.now();
  try {
    await deployLocally({ endpoint: awsEndpoint, context: { publicUrl: apiUrl }, hotswap: true, signal });
    console.log(`Up to date after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  } catch (error) {
    if (!signal.aborted) console.error(error instanceof Error ? error.message : error);
  }
};
