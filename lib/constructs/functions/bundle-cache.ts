import { createHash, randomUUID } from 'node:crypto';
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
import { join } from 'node:path';
import * as v from 'valibot';

/** Where npm and others keep what they can make again; `npm ci` empties it. */
export const cache = join(import.meta.dirname, '../../../node_modules/.cache/tributary-bundles');

/** The digest of each file that a bundle was made of, by its path. */
const Inputs = v.record(v.string(), v.string());
type Inputs = v.InferOutput<typeof Inputs>;

const DAY_MS = 86_400_000;

/** They say how bundles are made. */
const makers = ['bundle.ts', '../../../package-lock.json'].map((file) => join(import.meta.dirname, file));

/**
 * Fills a folder with what `build` made before, where every file that it was made of is the same; else builds. A bundle
 * costs two seconds of a processor, and a synthesis makes one for each domain. `build` answers its sources, and so does this.
 */
export const buildOnce = (name: string, folder: string, build: () => readonly string[]): readonly string[] => {
  const inputs = recorded(name);
  if (inputs && isCurrent(inputs) && existsSync(keptAs(name, inputs))) {
    rmSync(folder, { recursive: true, force: true });
    cpSync(keptAs(name, inputs), folder, { recursive: true });
    return Object.keys(inputs).filter((file) => !makers.includes(file));
  }
  const sources = build();
  keep(name, folder, Object.fromEntries([...sources, ...makers].map((file) => [file, digestOf(readFileSync(file))])));
  return sources;
};

const recordOf = (name: string): string => join(cache, `${name}.json`);
/** Named by its content, so that it never changes: other processes may be reading it. */
const keptAs = (name: string, inputs: Inputs): string => join(cache, `${name}-${digestOf(JSON.stringify(inputs))}`);

const recorded = (name: string): Inputs | undefined =>
  existsSync(recordOf(name)) ? v.parse(Inputs, JSON.parse(readFileSync(recordOf(name), 'utf8'))) : undefined;

const isCurrent = (inputs: Inputs): boolean =>
  Object.entries(inputs).every(([file, digest]) => existsSync(file) && digestOf(readFileSync(file)) === digest);

const keep = (name: string, folder: string, inputs: Inputs): void => {
  mkdirSync(cache, { recursive: true });
  for (const old of readdirSync(cache)) {
    const path = join(cache, old);
    if (old.startsWith(`${name}-`) && statSync(path).mtimeMs < Date.now() - DAY_MS) rmSync(path, { recursive: true });
  }
  const kept = keptAs(name, inputs);
  const draft = join(cache, randomUUID());
  if (!existsSync(kept)) {
    cpSync(folder, draft, { recursive: true });
    renameOver(draft, kept);
  }
  writeFileSync(draft, JSON.stringify(inputs));
  renameSync(draft, recordOf(name));
};

/** Of two who make the same, one is as good as the other. */
const renameOver = (draft: string, kept: string): void => {
  try {
    renameSync(draft, kept);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(kept)) throw error;
  }
};

const digestOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');
