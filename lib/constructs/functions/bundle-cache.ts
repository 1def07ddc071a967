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
import { join, resolve } from 'node:path';
import * as v from 'valibot';

/** Where npm and others keep what they can make again; `npm ci` empties it. */
export const cache = join(import.meta.dirname, '../../../node_modules/.cache/tributary-bundles');

/** What lies in a bundle, by its file: the part of esbuild's metafile that is asked for. */
const Outputs = v.record(
  v.string(),
  v.object({
    inputs: v.record(v.string(), v.object({ bytesInOutput: v.number() })),
    imports: v.array(v.object({ path: v.string(), kind: v.string(), external: v.optional(v.boolean()) })),
  }),
);
export type Outputs = v.InferOutput<typeof Outputs>;

/** The digest of each file that a bundle was made of, by its path. */
const Inputs = v.record(v.string(), v.string());
type Inputs = v.InferOutput<typeof Inputs>;

const Kept = v.object({ inputs: Inputs, outputs: Outputs });

const DAY_MS = 86_400_000;

/** They say how bundles are made. */
const makers = ['bundle.ts', '../../../package-lock.json'].map((file) => join(import.meta.dirname, file));

/**
 * Fills a folder with what `build` made before, where every file that it was made of is the same; else builds. A bundle
 * costs two seconds of a processor, and a synthesis makes one for each domain. `build` answers what lies in the folder,
 * and so does this.
 */
export const buildOnce = (name: string, folder: string, build: () => Outputs): Outputs => {
  const known = recorded(name);
  if (known && isCurrent(known.inputs) && existsSync(keptAs(name, known.inputs))) {
    rmSync(folder, { recursive: true, force: true });
    cpSync(keptAs(name, known.inputs), folder, { recursive: true });
    return known.outputs;
  }
  const outputs = build();
  const files = [...sourcesIn(outputs), ...makers];
  const inputs = Object.fromEntries(files.map((file) => [file, digestOf(readFileSync(file))]));
  keep(name, folder, { inputs, outputs });
  return outputs;
};

/** The sources of which something lies in a bundle. */
export const sourcesIn = (outputs: Outputs): readonly string[] => [
  ...new Set(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).map((path) => resolve(path)))),
];

const recordOf = (name: string): string => join(cache, `${name}.json`);
/** Named by its content, so that it never changes: other processes may be reading it. */
const keptAs = (name: string, inputs: Inputs): string => join(cache, `${name}-${digestOf(JSON.stringify(inputs))}`);

/** Undefined also where another version of this has written it. */
const recorded = (name: string): v.InferOutput<typeof Kept> | undefined => {
  if (!existsSync(recordOf(name))) return undefined;
  const { success, output } = v.safeParse(Kept, JSON.parse(readFileSync(recordOf(name), 'utf8')));
  return success ? output : undefined;
};

const isCurrent = (inputs: Inputs): boolean =>
  Object.entries(inputs).every(([file, digest]) => existsSync(file) && digestOf(readFileSync(file)) === digest);

const keep = (name: string, folder: string, made: v.InferOutput<typeof Kept>): void => {
  mkdirSync(cache, { recursive: true });
  for (const old of readdirSync(cache)) {
    const path = join(cache, old);
    if (old.startsWith(`${name}-`) && statSync(path).mtimeMs < Date.now() - DAY_MS) rmSync(path, { recursive: true });
  }
  const kept = keptAs(name, made.inputs);
  const draft = join(cache, randomUUID());
  if (!existsSync(kept)) {
    cpSync(folder, draft, { recursive: true });
    renameOver(draft, kept);
  }
  writeFileSync(draft, JSON.stringify(made));
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
