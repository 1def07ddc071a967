import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../process/environment.ts';
import { deployLocally } from '../deploy/deploy.ts';
import { type LocalStack, readStack } from '../stack/stack-file.ts';
import { type Bundler, openBundler } from './bundler.ts';
import { deployedSources, isStackSource, type Sources } from './deployed-sources.ts';
import { updateFunctions, zipFiles } from './function-code.ts';
import { remakeModules } from './generated-modules.ts';
import { watchSources } from './source-changes.ts';
import { readStackInputs } from './stack-inputs.ts';

/** Sends every change of functions/ and lib/ to the running local cloud. Stays until the signal aborts. */
export const dev = async (signal: AbortSignal): Promise<void> => {
  const stack = readStack();
  if (!stack) throw new Error('No local cloud is running. Start one first: npm start -- --detach');
  console.log(`Watching functions/ and lib/. The API is ${stack.apiUrl}`);
  const changes = watchSources([functions, lib], signal);
  const bundler = openBundler();
  const target = { stack, signal, bundler };
  const sources = deployedSources(stack.awsEndpoint, filesIn([functions, lib]));
  let deployed = sources ? stateOf(sources, bundler) : await deployStacks(target);
  let lastUpdate: Promise<void> = Promise.resolve();
  const enqueue = (update: () => Promise<Deployed | undefined>): Promise<void> => {
    lastUpdate = lastUpdate.then(async () => {
      deployed = await update();
    });
    return lastUpdate;
  };
  const inputs = watchStackInputs(async (newest) => {
    if (newest !== (await deployed?.stackInputs)) await enqueue(() => deployStacks(target));
  });
  console.log('Ready for changes');
  for await (const files of changes) {
    const isOnlyCode = deployed !== undefined && !files.some(isStackSource);
    await enqueue(() => (isOnlyCode ? sendChanged(files, deployed, target) : deployStacks(target)));
    if (isOnlyCode) inputs.check();
  }
  await bundler.dispose();
};

/**
 * Reads the inputs of the stacks after updates of code. They seldom change, and reading them takes seconds, so the
 * updates do not wait for it.
 */
const watchStackInputs = (onRead: (inputs: string) => Promise<void>) => {
  let requests = 0;
  let isReading = false;
  const read = async () => {
    if (isReading) return;
    isReading = true;
    let inputs: string | undefined;
    for (let answered = 0; answered !== requests; ) {
      answered = requests;
      inputs = await readStackInputs().catch(() => undefined);
    }
    isReading = false;
    if (inputs !== undefined) await onRead(inputs);
  };
  return {
    check(): void {
      requests += 1;
      void read();
    },
  };
};

const functions = join(repository, 'functions');
const lib = join(repository, 'lib');
const filesIn = (folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((file) => file.endsWith('.ts') && (file.startsWith(functions) || isStackSource(file))),
  );

interface Target {
  readonly stack: LocalStack;
  readonly signal: AbortSignal;
  readonly bundler: Bundler;
}

/** What the local cloud runs now. */
interface Deployed {
  readonly sources: Sources;
  readonly digestByService: ReadonlyMap<string, string>;
  /** What the stacks take from functions/. */
  readonly stackInputs: Promise<string | undefined>;
}

/** Describes what runs, and starts to bundle it, so that the first change does not wait for all bundles. */
const stateOf = (sources: Sources, bundler: Bundler): Deployed => {
  const stackInputs = readStackInputs().catch(() => undefined);
  const bundling = (async () => {
    for (const name of sources.keys()) await bundler.bundle(name);
  })();
  // The change that causes a bundling error shows it.
  bundling.catch(() => {});
  return { sources, digestByService: new Map(), stackInputs };
};

const withDuration = async <Result>(
  work: () => Promise<readonly [message: string, result: Result]>,
): Promise<Result> => {
  const startedAt = performance.now();
  const [message, result] = await work();
  console.log(`${message} after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return result;
};

/** Updates the functions that contain a changed file. A failed update adds no digest, so the next change repeats it. */
const sendChanged = async (
  files: readonly string[],
  deployed: Deployed | undefined,
  { stack, signal, bundler }: Target,
): Promise<Deployed | undefined> => {
  if (!deployed) return undefined;
  const send = async (): Promise<readonly [string, Deployed]> => {
    const changes = [...files, ...remakeModules()];
    const names = [...deployed.sources].flatMap(([name, sources]) =>
      changes.some((file) => sources.has(file)) ? [name] : [],
    );
    const bundles = await Promise.all(names.map(async (name) => [name, await bundler.bundle(name, changes)] as const));
    const changed = bundles.filter(([name, { digest }]) => deployed.digestByService.get(name) !== digest);
    const zips = await Promise.all(
      changed.map(async ([name, bundle]) => [name, await zipFiles(bundle.files)] as const),
    );
    await updateFunctions(stack.awsEndpoint, new Map(zips));
    const message =
      zips.length === 0 ? 'No deployed code has changed' : `New code of ${changed.map(([name]) => name).join(', ')}`;
    const sources = new Map([...deployed.sources, ...bundles.map(([name, { sources }]) => [name, sources] as const)]);
    const digestByService = new Map([
      ...deployed.digestByService,
      ...bundles.map(([name, { digest }]) => [name, digest] as const),
    ]);
    return [message, { ...deployed, sources, digestByService }];
  };
  try {
    return await withDuration(send);
  } catch (error) {
    printError(error, signal);
    return deployed;
  }
};

const printError = (error: unknown, signal: AbortSignal): void => {
  if (!signal.aborted) console.error(error instanceof Error ? error.message : error);
};

/** Deploys both stacks. After a failure, the next change of any file deploys them again. */
const deployStacks = async ({
  stack: { awsEndpoint, apiUrl },
  signal,
  bundler,
}: Target): Promise<Deployed | undefined> => {
  console.log('Deploying both stacks');
  try {
    return await withDuration(async () => {
      await deployLocally({ endpoint: awsEndpoint, context: { publicUrl: apiUrl }, hotswap: true, signal });
      const sources = deployedSources(awsEndpoint, []);
      return ['Both stacks are up to date', sources && stateOf(sources, bundler)];
    });
  } catch (error) {
    printError(error, signal);
    return undefined;
  }
};
