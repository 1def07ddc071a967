import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../process/environment.ts';
import { deployLocally } from '../deploy/deploy.ts';
import { type LocalStack, readStack } from '../stack/stack-file.ts';
import { type Bundler, openBundler } from './bundler.ts';
import { deployedSources, isOfStacks, type Sources } from './deployed-sources.ts';
import { sendZips, zipped } from './function-code.ts';
import { changesIn } from './source-changes.ts';
import { outlineOfFunctions } from './stack-inputs.ts';

/** Sends every change of functions/ and lib/ to the local cloud that `npm start` made. Stays until it is stopped. */
export const dev = async (signal: AbortSignal): Promise<void> => {
  const stack = readStack();
  if (!stack) throw new Error('There is no local cloud to send changes to. Start one first: npm start -- --detach');
  console.log(`Watching functions/ and lib/. The API is ${stack.apiUrl}`);
  const changes = changesIn([functions, lib], signal);
  const bundler = openBundler();
  const target = { stack, signal, bundler };
  const sources = deployedSources(stack.awsEndpoint, filesIn([functions, lib]));
  let deployed = sources ? whatRuns(sources, bundler) : await deployStacks(target);
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (change: () => Promise<Deployed | undefined>): Promise<void> => {
    turn = turn.then(async () => {
      deployed = await change();
    });
    return turn;
  };
  const outlines = openOutlines(async (outline) => {
    if (outline !== (await deployed?.outline)) await inTurn(() => deployStacks(target));
  });
  console.log('Ready for changes');
  for await (const files of changes) {
    const isOnlyCode = deployed !== undefined && !files.some(isOfStacks);
    await inTurn(() => (isOnlyCode ? sendChanged(files, deployed, target) : deployStacks(target)));
    if (isOnlyCode) outlines.look();
  }
  await bundler.dispose();
};

/** Code runs before it is known whether the stacks change with it, which is seldom and takes seconds to find out. */
const openOutlines = (show: (outline: string) => Promise<void>) => {
  let asked = 0;
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    let outline: string | undefined;
    for (let looked = 0; looked !== asked; ) {
      looked = asked;
      outline = await outlineOfFunctions().catch(() => undefined);
    }
    isLooking = false;
    if (outline !== undefined) await show(outline);
  };
  return {
    look(): void {
      asked += 1;
      void look();
    },
  };
};

const functions = join(repository, 'functions');
const lib = join(repository, 'lib');
const filesIn = (folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((file) => file.endsWith('.ts') && (file.startsWith(functions) || isOfStacks(file))),
  );

interface Target {
  readonly stack: LocalStack;
  readonly signal: AbortSignal;
  readonly bundler: Bundler;
}

/** What the local cloud runs now. */
interface Deployed {
  /** By domain. */
  readonly sources: Sources;
  readonly digests: ReadonlyMap<string, string>;
  /** What the stacks are made of in functions/. */
  readonly outline: Promise<string | undefined>;
}

/** Begins to bundle meanwhile, so that the first change does not wait for all of it. */
const whatRuns = (sources: Sources, bundler: Bundler): Deployed => {
  const outline = outlineOfFunctions().catch(() => undefined);
  const warmed = (async () => {
    for (const name of sources.keys()) await bundler.bundle(name);
  })();
  // A bundling error is shown with the change that caused it.
  warmed.catch(() => {});
  return { sources, digests: new Map(), outline };
};

const timed = async <Of>(what: () => Promise<readonly [said: string, result: Of]>): Promise<Of> => {
  const began = performance.now();
  const [said, result] = await what();
  console.log(`${said} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
};

/** In a second or two. What can't be sent is sent with the next change: it is not among the digests. */
const sendChanged = async (
  files: readonly string[],
  deployed: Deployed | undefined,
  { stack, signal, bundler }: Target,
): Promise<Deployed | undefined> => {
  if (!deployed) return undefined;
  const names = [...deployed.sources].flatMap(([name, of]) => (files.some((file) => of.has(file)) ? [name] : []));
  const send = async (): Promise<readonly [string, Deployed]> => {
    const bundles = await Promise.all(names.map(async (name) => [name, await bundler.bundle(name, files)] as const));
    const changed = bundles.filter(([name, { digest }]) => deployed.digests.get(name) !== digest);
    const zips = await Promise.all(changed.map(async ([name, bundle]) => [name, await zipped(bundle.files)] as const));
    await sendZips(stack.awsEndpoint, new Map(zips));
    const said =
      zips.length === 0 ? 'Nothing that runs has changed' : `New code of ${changed.map(([name]) => name).join(', ')}`;
    const sources = new Map([...deployed.sources, ...bundles.map(([name, { sources }]) => [name, sources] as const)]);
    const digests = new Map([...deployed.digests, ...bundles.map(([name, { digest }]) => [name, digest] as const)]);
    return [said, { ...deployed, sources, digests }];
  };
  try {
    return await timed(send);
  } catch (error) {
    tell(error, signal);
    return deployed;
  }
};

const tell = (error: unknown, signal: AbortSignal): void => {
  if (!signal.aborted) console.error(error instanceof Error ? error.message : error);
};

/** What could not be deployed is deployed with the next change, whatever that is. */
const deployStacks = async ({
  stack: { awsEndpoint, apiUrl },
  signal,
  bundler,
}: Target): Promise<Deployed | undefined> => {
  console.log('Deploying both stacks');
  try {
    return await timed(async () => {
      await deployLocally({ endpoint: awsEndpoint, context: { publicUrl: apiUrl }, hotswap: true, signal });
      const sources = deployedSources(awsEndpoint, []);
      return ['Both stacks are up to date', sources && whatRuns(sources, bundler)];
    });
  } catch (error) {
    tell(error, signal);
    return undefined;
  }
};
