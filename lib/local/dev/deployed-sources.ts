import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { localFolder, repository } from '../../process/environment.ts';

/** By domain the sources that its functions were made of. */
export type Sources = ReadonlyMap<string, ReadonlySet<string>>;

/** What no stack is made of. */
const beside = ['admin', 'cost', 'demo', 'local', 'openapi', 'process', 'release', 'smoke', 'terminal'].map((name) =>
  join(repository, 'lib', name),
);
export const isOfStacks = (file: string): boolean =>
  file.startsWith(join(repository, 'lib')) && !beside.some((folder) => file.startsWith(folder));

/** What the last deployment to a local cloud was made of; undefined where a source has changed since. */
export const deployedSources = (endpoint: string, files: readonly string[]): Sources | undefined => {
  const folder = join(localFolder, `cloud-${new URL(endpoint).port}`, 'cdk.out');
  const manifest = join(folder, 'manifest.json');
  if (!existsSync(manifest)) return undefined;
  const lists = readdirSync(folder).flatMap((name) => {
    const [, domain] = /^bundle-(.+)\.json$/.exec(name) ?? [];
    return domain === undefined ? [] : [[domain, sourcesOf(join(folder, name))] as const];
  });
  if (lists.length === 0) return undefined;
  // The bundles are written first, and from then on a change is not in what was deployed.
  const oldest = Math.min(...lists.map(([domain]) => statSync(join(folder, `bundle-${domain}.json`)).mtimeMs));
  const isSame = files.every((file) => statSync(file).mtimeMs < oldest);
  return isSame ? new Map(lists) : undefined;
};

const sourcesOf = (file: string) => new Set(v.parse(v.array(v.string()), JSON.parse(readFileSync(file, 'utf8'))));
