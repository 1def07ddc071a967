import { randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { areCurrent, digestOf, digestSources, SourceDigests } from '../../process/source-digests.ts';

/** The folder for caches, which `npm ci` empties. */
export const cache = join(import.meta.dirname, '../../../node_modules/.cache/tributary-bundles');

/** The contents of each file of a bundle: the part of esbuild's metafile that is used. */
const Outputs = v.record(
  v.string(),
  v.object({
    inputs: v.record(v.string(), v.object({ bytesInOutput: v.number() })),
    imports: v.array(v.object({ path: v.string(), kind: v.string(), external: v.optional(v.boolean()) })),
  }),
);
export type Outputs = v.InferOutput<typeof Outputs>;

const CacheEntry = v.object({ inputs: SourceDigests, outputs: Outputs });

const DAY_MS = 86_400_000;

/** Files that determine how bundles are made. */
const buildFiles = ['bundle.ts', '../../../package-lock.json'].map((file) => join(import.meta.dirname, file));

/**
 * Restores a bundle from the cache if all its sources are unchanged, or builds it. A bundle takes two seconds of CPU
 * time, and a synthesis makes one for each service. Returns the outputs, as `build` does.
 */
export const buildOnce = (name: string, folder: string, build: () => Outputs): Outputs => {
  const cached = findCurrent(name);
  if (cached) {
    rmSync(folder, { recursive: true, force: true });
    cpSync(cached.folder, folder, { recursive: true });
    return cached.outputs;
  }
  const outputs = build();
  const files = [...sourcesIn(outputs), ...buildFiles];
  store(name, folder, { inputs: digestSources(files), outputs });
  return outputs;
};

/** Builds into a folder of the cache, unless all sources and the file of the builder are unchanged. Returns the folder. */
export const buildInCache = async (
  name: string,
  builder: string,
  build: (folder: string) => Promise<Outputs>,
): Promise<string> => {
  const cached = findCurrent(name);
  if (cached) return cached.folder;
  mkdirSync(cache, { recursive: true });
  removeOld(name);
  const draft = join(cache, randomUUID());
  const outputs = await build(draft);
  const inputs = digestSources([...sourcesIn(outputs), ...buildFiles, builder]);
  renameOnce(draft, folderOf(name, inputs));
  writeEntry(name, { inputs, outputs });
  return folderOf(name, inputs);
};

/** The sources that contribute to a bundle. */
export const sourcesIn = (outputs: Outputs): readonly string[] => [
  ...new Set(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).map((path) => resolve(path)))),
];

const entryFile = (name: string): string => join(cache, `${name}.json`);
/** A cached bundle, named by its sources. It never changes, since other processes may read it. */
const folderOf = (name: string, inputs: SourceDigests): string =>
  join(cache, `${name}-${digestOf(JSON.stringify(inputs))}`);

/** The cached bundle, if it was built from the sources as they are now. */
const findCurrent = (name: string): { readonly folder: string; readonly outputs: Outputs } | undefined => {
  const entry = readEntry(name);
  if (!entry || !areCurrent(entry.inputs)) return undefined;
  const folder = folderOf(name, entry.inputs);
  return existsSync(folder) ? { folder, outputs: entry.outputs } : undefined;
};

/** Reads an entry. Returns undefined if there is none, or one in another format. */
const readEntry = (name: string): v.InferOutput<typeof CacheEntry> | undefined => {
  if (!existsSync(entryFile(name))) return undefined;
  const { success, output } = v.safeParse(CacheEntry, JSON.parse(readFileSync(entryFile(name), 'utf8')));
  return success ? output : undefined;
};

const store = (name: string, folder: string, entry: v.InferOutput<typeof CacheEntry>): void => {
  mkdirSync(cache, { recursive: true });
  removeOld(name);
  const cachedFolder = folderOf(name, entry.inputs);
  if (!existsSync(cachedFolder)) {
    const draft = join(cache, randomUUID());
    cpSync(folder, draft, { recursive: true });
    renameOnce(draft, cachedFolder);
  }
  writeEntry(name, entry);
};

/** Other processes may still read newer ones. */
const removeOld = (name: string): void => {
  for (const old of readdirSync(cache)) {
    const path = join(cache, old);
    if (old.startsWith(`${name}-`) && statSync(path).mtimeMs < Date.now() - DAY_MS) rmSync(path, { recursive: true });
  }
};

const writeEntry = (name: string, entry: v.InferOutput<typeof CacheEntry>): void => {
  const draft = join(cache, randomUUID());
  writeFileSync(draft, JSON.stringify(entry));
  renameSync(draft, entryFile(name));
};

/** Renames a draft, unless another process has made the same folder meanwhile. */
const renameOnce = (draft: string, cachedFolder: string): void => {
  try {
    renameSync(draft, cachedFolder);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(cachedFolder)) throw error;
  }
};
