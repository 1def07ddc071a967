import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { Advice } from '../../admin/cli/advice.ts';
import { localFolder } from '../../process/environment.ts';

const Erasure = v.object({
  job: v.string(),
  profileId: v.string(),
  askedAt: v.string(),
  /** The earliest time for `--resume`. */
  dueAt: v.string(),
});
export type Erasure = v.InferOutput<typeof Erasure>;

const SmokeState = v.object({
  /** The deployment it ran on. */
  where: v.string(),
  /** The throw-away account, which runs share until it is removed. */
  account: v.optional(v.string()),
  startedAt: v.string(),
  keyIds: v.optional(v.array(v.string()), []),
  erasures: v.optional(v.array(Erasure), []),
});
/** State for the next run. It contains no key and no personal data. */
export type SmokeState = v.InferOutput<typeof SmokeState>;

export interface StateFile {
  readonly path: string;
  read(): SmokeState | undefined;
  /** Written immediately: a killed run has recorded what it created. */
  write(state: SmokeState): void;
  forget(): void;
}

export const stateFileOf = (stack: string): string => join(localFolder, 'smoke', `${stack}.json`);

export const openStateFile = (path: string): StateFile => ({
  path,
  read: () => {
    if (!existsSync(path)) return undefined;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SmokeState), readFileSync(path, 'utf8'));
    if (parsed.success) return parsed.output;
    throw new Advice(`${path} can't be read as the state of a smoke test. Repair it, or delete it to start over.`);
  },
  write: (state) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(state, null, 2)}\n`);
  },
  forget: () => rmSync(path, { force: true }),
});
