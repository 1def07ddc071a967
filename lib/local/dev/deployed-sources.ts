import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { localFolder, repository } from '../../process/environment.ts';

/** The sources of each service's functions, by service. */
export type Sources = ReadonlyMap<string, ReadonlySet<string>>;

/** Folders of lib/ that no stack depends on. */
const commandFolders = ['admin', 'cost', 'demo', 'local', 'openapi', 'process', 'release', 'smoke', 'terminal'].map(
  (name) => join(repository, 'lib', name),
);
/** Whether the stacks depend on a file of lib/. */
export const isStackSource = (file: string): boolean =>
  file.startsWith(join(repository, 'lib')) && !commandFolders.some((folder) => file.startsWith(folder));

/** The sources of the last deployment to a local cloud. Returns undefined if one of `files` has changed since. */
export const deployedSources = (endpoint: string, files: readonly string[]): Sources | undefined => {
  const folder = join(localFolder, `cloud-${new URL(endpoint).port}`, 'cdk.out');
  const manifest = join(folder, 'manifest.json');
  if (!existsSync(manifest)) return undefined;
  const lists = readdirSync(folder).flatMap((name) => {
    const [, service] = /^bundle-(.+)\.json$/.exec(name) ?? [];
    return service === undefined ? [] : [[service, sourcesOf(join(folder, name))] as const];
  });
  if (lists.length === 0) return undefined;
  // A deployment bundles first: a later change is not in it.
  const oldest = Math.min(...lists.map(([service]) => statSync(join(folder, `bundle-${service}.json`)).mtimeMs));
  const isSame = files.every((file) => statSync(file).mtimeMs < oldest);
  return isSame ? new Map(lists) : undefined;
};

const sourcesOf = (file: string) => new Set(v.parse(v.array(v.string()), JSON.parse(readFileSync(file, 'utf8'))));
