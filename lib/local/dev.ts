import { join } from 'node:path';
import { changesIn } from './changes.ts';
import { type Built, bundleDomains, sendCode } from './code.ts';
import { deployLocally } from './deploy.ts';
import { repository } from './environment.ts';
import { outlineOfFunctions } from './outline.ts';
import { type LocalStack, readStack } from './stack-file.ts';

/** What the local cloud runs now. */
interface Deployed {
  readonly built: Built;
  readonly outline: string;
}

/** Sends every change of functions/ and lib/ to the local cloud that `npm start` made. Stays until it is told to end. */
export const dev = async (signal: AbortSignal): Promise<void> => {
  const stack = readStack();
  if (!stack) throw new Error('There is no local cloud to send changes to. Start one first: npm start -- --detach');
  const target = { stack, signal };
  console.log(`Watching functions/ and lib/. The API is ${stack.apiUrl}`);
  const changes = changesIn([functions, lib], signal);
  let deployed = await update([lib], undefined, target);
  for await (const files of changes) deployed = await update(files, deployed, target);
};

const functions = join(repository, 'functions');
const lib = join(repository, 'lib');

interface Target {
  readonly stack: LocalStack;
  readonly signal: AbortSignal;
}

const update = async (
  files: readonly string[],
  deployed: Deployed | undefined,
  target: Target,
): Promise<Deployed | undefined> => {
  const began = performance.now();
  let isSame = !files.some((file) => file.startsWith(lib));
  try {
    const outline = await outlineOfFunctions();
    isSame &&= outline === deployed?.outline;
    const now = { outline, built: isSame && deployed ? bundleAgain(files, deployed.built) : bundleDomains() };
    const what = isSame ? await sendChanged(now.built, deployed?.built, target) : await deployStacks(target);
    console.log(`${what} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return now;
  } catch (error) {
    if (!target.signal.aborted) console.error(error instanceof Error ? error.message : error);
    // What could not be deployed is tried again with the next change, whatever that is.
    return isSame ? deployed : undefined;
  }
};

/** Those that were made of one of these sources. */
const bundleAgain = (files: readonly string[], before: Built): Built => {
  const names = [...before].flatMap(([name, { sources }]) => (files.some((file) => sources.has(file)) ? [name] : []));
  return new Map([...before, ...bundleDomains(names)]);
};

/** In a second or two, where only code has changed. */
const sendChanged = async (now: Built, before: Built | undefined, { stack }: Target): Promise<string> => {
  const names = [...now].flatMap(([name, { digest }]) => (before?.get(name)?.digest === digest ? [] : [name]));
  await sendCode(stack.awsEndpoint, names);
  return names.length === 0 ? 'Nothing that runs has changed' : `New code of ${names.join(', ')}`;
};

const deployStacks = async ({ stack: { awsEndpoint, apiUrl }, signal }: Target): Promise<string> => {
  console.log('Deploying both stacks');
  await deployLocally({ endpoint: awsEndpoint, context: { publicUrl: apiUrl }, hotswap: true, signal });
  return 'Both stacks are up to date';
};
