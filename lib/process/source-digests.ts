import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';

/** The digest of each source of something that was built, by path. */
export const SourceDigests = v.record(v.string(), v.string());
export type SourceDigests = v.InferOutput<typeof SourceDigests>;

export const digestOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

export const digestSources = (files: readonly string[]): SourceDigests =>
  Object.fromEntries(files.map((file) => [file, digestOf(readFileSync(file))]));

/** Whether what was built from these sources would be built the same again. */
export const areCurrent = (sources: SourceDigests): boolean =>
  Object.entries(sources).every(([file, digest]) => existsSync(file) && digestOf(readFileSync(file)) === digest);
