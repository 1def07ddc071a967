import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ZipFile } from 'yazl';
import { type Bundle, type Bundler, openBundler } from './bundler.ts';
import { changesIn } from './changes.ts';
import { sendZips } from './code.ts';
import { deployLocally } from './deploy.ts';
import { deployedSources, isOfStacks, type Sources } from './deployed.ts';
import { repository } from './environment.ts';
import { outlineOfFunctions } from './outline.ts';
import { type LocalStack, readStack } from './stack-file.ts';

/** Sends every change of functions/ and lib/ to the local cloud that `npm start` made. Stays until it is told to end. */
export const dev = async (signal: AbortSignal): Promise<void> => {
  const stack = readStack();
  if (!stack) throw new Error('There is no local cloud to send changes to. Start one first: npm start -- --detach');
  console.log(`Watching functions/ and lib/. The API is ${stack.apiUrl}`);
  const changes = changesIn([functions, lib], signal);
  const bundler = openBundler();
  const target = { stack, signal, bundler };
  const sources = deployedSources(stack.awsEndpoint, filesIn([functions, lib]));
  let deployed = sources ? whatRuns(sources, bundler) : await update([lib], undefined, target);
  console.log('Ready for changes');
  for await (const files of changes) deployed = await update(files, deployed, target);
  await bundler.dispose();
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
  // What can't be bundled is told with the change that made it so.
  warmed.catch(() => {});
  return { sources, digests: new Map(), outline };
};

const update = async (
  files: readonly string[],
  deployed: Deployed | undefined,
  target: Target,
): Promise<Deployed | undefined> => {
  const began = performance.now();
  const say = (what: string) => console.log(`${what} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  try {
    if (deployed && !files.some(isOfStacks)) {
      const sent = await sendChanged(files, deployed, target);
      say(sent.said);
      // The code runs already; seldom the stacks change with it.
      const [before, now] = await Promise.all([deployed.outline, outlineOfFunctions()]);
      if (before === now) return { ...deployed, ...sent };
    }
    await deployStacks(target);
    say('Both stacks are up to date');
    const sources = deployedSources(target.stack.awsEndpoint, []);
    return sources && whatRuns(sources, target.bundler);
  } catch (error) {
    if (!target.signal.aborted) console.error(error instanceof Error ? error.message : error);
    // What could not be sent is sent with the next change, whatever that is: files that changed stand in the sources.
    return deployed && { ...deployed, digests: new Map() };
  }
};

/** In a second or two. */
const sendChanged = async (files: readonly string[], deployed: Deployed, { stack, bundler }: Target) => {
  const names = [...deployed.sources].flatMap(([name, of]) => (files.some((file) => of.has(file)) ? [name] : []));
  const bundles = await Promise.all(names.map(async (name) => [name, await bundler.bundle(name, files)] as const));
  const changed = bundles.filter(([name, { digest }]) => deployed.digests.get(name) !== digest);
  const zips = await Promise.all(changed.map(async ([name, bundle]) => [name, await zipped(bundle)] as const));
  await sendZips(stack.awsEndpoint, new Map(zips));
  return {
    said: zips.length === 0 ? 'Nothing that runs has changed' : `New code of ${zips.map(([name]) => name).join(', ')}`,
    sources: new Map([...deployed.sources, ...bundles.map(([name, { sources }]) => [name, sources] as const)]),
    digests: new Map([...deployed.digests, ...bundles.map(([name, { digest }]) => [name, digest] as const)]),
  };
};

const zipped = async ({ files }: Bundle): Promise<Buffer> => {
  const zip = new ZipFile();
  for (const [name, text] of files) zip.addBuffer(Buffer.from(text), name, { compressionLevel: 1 });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};

const deployStacks = async ({ stack: { awsEndpoint, apiUrl }, signal }: Target): Promise<void> => {
  console.log('Deploying both stacks');
  await deployLocally({ endpoint: awsEndpoint, context: { publicUrl: apiUrl }, hotswap: true, signal });
};
