import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { localFolder, repository } from './environment.ts';
import { areCurrent, digestSources, SourceDigests } from './source-digests.ts';

interface Generated {
  readonly code: string;
  /** The files that determine it, besides the versions of packages. */
  readonly sources: readonly string[];
}

/** Returns the path. `afterChanges`: its sources may have changed since it was made. */
export type GeneratedModule = (options?: { readonly afterChanges?: boolean }) => string;

const packageVersions = join(repository, 'package-lock.json');

/**
 * Makes a module that bundles contain, and returns its path. Made again only after a change of its sources: each process
 * that bundles or tests functions asks for it. Written only if it changed, so that bundles stay cached.
 */
export const generatedModule = (name: string, generate: () => Generated): GeneratedModule => {
  const file = join(localFolder, `${name}.mjs`);
  const record = join(localFolder, `${name}.sources.json`);
  let isCurrent = false;
  return ({ afterChanges = false } = {}) => {
    if (isCurrent && !afterChanges) return file;
    if (!existsSync(file) || !areCurrentIn(record)) {
      const { code, sources } = generate();
      mkdirSync(localFolder, { recursive: true });
      if (!existsSync(file) || readFileSync(file, 'utf8') !== code) replace(file, code);
      replace(record, JSON.stringify(digestSources([...sources, packageVersions])));
    }
    isCurrent = true;
    return file;
  };
};

const areCurrentIn = (record: string): boolean => {
  if (!existsSync(record)) return false;
  const { success, output } = v.safeParse(SourceDigests, JSON.parse(readFileSync(record, 'utf8')));
  return success && areCurrent(output);
};

/** Replaces a file at once: other processes may read it. */
const replace = (file: string, text: string): void => {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
};
