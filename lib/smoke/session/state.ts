import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { Advice } from '../../admin/cli/advice.ts';
import { localFolder } from '../../process/environment.ts';

const Erasure = v.object({
  job: v.string(),
  profileId: v.string(),
  askedAt: v.string(),
  /** When `--resume` can look at it. */
  dueAt: v.string(),
});
export type Erasure = v.InferOutput<typeof Erasure>;

const SmokeState = v.object({
  /** Where it ran. */
  where: v.string(),
  /** The throw-away account, which runs share until it is removed. */
  account: v.optional(v.string()),
  startedAt: v.string(),
  keyIds: v.optional(v.array(v.string()), []),
  erasures: v.optional(v.array(Erasure), []),
});
/** What a run leaves to the next one. No key and nothing of a person is in it. */
export type SmokeState = v.InferOutput<typeof SmokeState>;

export interface StateFile {
  readonly path: string;
  read(): SmokeState | undefined;
  /** Written at once: a run that is killed has noted what it made. */
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
    throw new Advice(`${path} can't be read as the state of a smoke test. Mend it, or delete it to begin anew.`);
  },
  write: (state) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(state, null, 2)}\n`);
  },
  forget: () => rmSync(path, { force: true }),
});
