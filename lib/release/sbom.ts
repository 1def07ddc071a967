import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import * as v from 'valibot';
import { repository } from '../process/environment.ts';
import { bundledPackages, idOf, nameIn } from './bundled-packages.ts';

const Component = v.looseObject({
  'bom-ref': v.string(),
  name: v.string(),
  version: v.string(),
  licenses: v.optional(v.array(v.looseObject({}))),
});
export type Component = v.InferOutput<typeof Component>;

const LockedPackage = v.object({ version: v.optional(v.string()), dev: v.optional(v.boolean(), false) });

const Dependency = v.looseObject({ ref: v.string(), dependsOn: v.optional(v.array(v.string()), []) });

/** CycloneDX 1.5 as npm writes it. */
const Sbom = v.looseObject({
  metadata: v.looseObject({ component: v.looseObject({ 'bom-ref': v.string() }) }),
  components: v.array(Component),
  dependencies: v.array(Dependency),
});
export type Sbom = v.InferOutput<typeof Sbom>;

/** Lists every installed package. `--omit dev` would omit packages that development needs too. */
const installedSbom = (): Sbom => {
  const options = ['sbom', '--sbom-format', 'cyclonedx'];
  const { stdout } = execaSync('npm', options, { cwd: repository });
  return v.parse(Sbom, JSON.parse(stdout));
};

const Lockfile = v.object({ packages: v.record(v.string(), LockedPackage) });

/** The ids of runtime packages in the lockfile, which marks those that only development needs. */
const runtimeIds = (): ReadonlySet<string> => {
  const { packages } = v.parse(Lockfile, JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')));
  return new Set(
    Object.entries(packages).flatMap(([path, { version = '', dev }]) =>
      path === '' || dev ? [] : [idOf({ name: nameIn(path), version })],
    ),
  );
};

/** The packages of runtime dependencies, bundled or not. */
export const runtimeComponents = (): readonly Component[] => {
  const ids = runtimeIds();
  return installedSbom().components.filter((one) => ids.has(idOf(one)));
};

/** The bill of materials of the bundles: npm's, reduced to the bundled packages. */
export const deployedSbom = (): Sbom => {
  const all = installedSbom();
  const runtime = runtimeIds();
  const bundled = new Set(bundledPackages().map(idOf));
  const components = all.components.filter((one) => bundled.has(idOf(one)));
  const listed = new Set(components.map(idOf));
  const missing = [...bundled].filter((id) => !listed.has(id) || !runtime.has(id));
  if (missing.length > 0)
    throw new Error(
      `Bundled, but not a runtime dependency: ${missing.join(', ')}. Add it to "dependencies" in package.json.`,
    );
  const { component } = all.metadata;
  const refs = new Set([component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  return {
    ...all,
    // npm uses the name of the checkout's folder.
    metadata: { ...all.metadata, component: { ...component, name: 'tributary', type: 'application' } },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => refs.has(ref)) })),
  };
};
