import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { allServices } from '../../functions/services.ts';
import { bundleAll } from '../constructs/functions/bundle.ts';
import { repository } from '../process/environment.ts';

const Manifest = v.object({ name: v.string(), version: v.string() });

export interface Package {
  readonly name: string;
  readonly version: string;
}

/** The installed packages that contribute code to a bundle. */
export const bundledPackages = (): readonly Package[] => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-sbom-'));
  try {
    const outputs = [...bundleAll(folder, allServices).values()].flatMap((of) => Object.values(of));
    const inputs = outputs.flatMap(({ inputs: all }) => Object.entries(all));
    const folders = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? (folderIn(path) ?? []) : []));
    const packages = [...new Set(folders)].map((path) => v.parse(Manifest, manifestIn(path)));
    return packages.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export const idOf = ({ name, version }: Package): string => `${name}@${version}`;

const FOLDER = 'node_modules/';

/** The name of the innermost package of a path. */
export const nameIn = (path: string): string => {
  const [first = '', second = ''] = path.slice(path.lastIndexOf(FOLDER) + FOLDER.length).split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
};

const folderIn = (path: string): string | undefined => {
  const at = path.lastIndexOf(FOLDER);
  return at < 0 ? undefined : path.slice(0, at + FOLDER.length) + nameIn(path);
};

const manifestIn = (folder: string): unknown =>
  JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8'));
