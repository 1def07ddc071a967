import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { Advice } from '../../cli/advice.ts';
import { recordKinds } from './records.ts';

const Counts = v.object({
  /** Records that were read from the source. */
  read: v.number(),
  /** Rows that the destination has: created, changed, or as they were. */
  stored: v.number(),
  failed: v.number(),
  /** Records that no row can express: people with neither address nor external id. */
  leftOut: v.number(),
});
export type Counts = v.InferOutput<typeof Counts>;

const Sampled = v.object({ kind: v.picklist(recordKinds), record: v.record(v.string(), v.unknown()) });

const State = v.object({
  from: v.string(),
  to: v.string(),
  startedAt: v.string(),
  /** The units that are done, and the position in the current one. */
  done: v.array(v.string()),
  at: v.optional(v.object({ unit: v.string(), next: v.string() })),
  units: v.record(v.string(), Counts),
  /** Imports of the destination with failed rows. */
  failedImports: v.array(v.string()),
  sample: v.array(Sampled),
});
export type State = v.InferOutput<typeof State>;

export const noCounts: Counts = { read: 0, stored: 0, failed: 0, leftOut: 0 };

/** Reads the state of an interrupted migration, or begins a new one. */
export const openState = (file: string, from: string, to: string): State => {
  const empty = { from, to, startedAt: new Date().toISOString(), done: [], units: {}, failedImports: [], sample: [] };
  if (!existsSync(file)) return empty;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), State), readFileSync(file, 'utf8'));
  if (!parsed.success)
    throw new Advice(`${file} is not the state of a migration. Remove it, or choose another --state.`);
  if (parsed.output.from !== from || parsed.output.to !== to)
    throw new Advice(
      `${file} is the state of a migration from ${parsed.output.from} to ${parsed.output.to}. Choose another --state.`,
    );
  return parsed.output;
};

/** Writes the state at once, so that a killed process leaves the old or the new one. It has people of the sample. */
export const saveState = (file: string, state: State): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.new`, file);
};
