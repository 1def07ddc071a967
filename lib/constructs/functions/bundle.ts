import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stack, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type BuildOptions, buildSync, type Metafile, type TransformOptions, transformSync } from 'esbuild';
import { resourceNames, resourceOf } from '../../../functions/platform/resources/resources.ts';
import { allUsesOf, type ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import { bundledScripts, SCRIPTS_MODULE } from '../../onsite/bundled-scripts.ts';
import type { HostedResource } from '../../resources/resource.ts';
import { resources } from '../../resources/resources.ts';
import { bundledSandbox, SANDBOX_MODULE } from '../../sandbox/bundled-sandbox.ts';
import type { Settings } from '../../settings/settings.ts';
import { buildOnce, type Outputs, sourcesIn } from './bundle-cache.ts';

const functions = join(import.meta.dirname, '../../../functions');

/** Modules that any service may load lazily. They share only types with other code, so they are bundled separately. */
const commonModules = [
  'platform/http/body/multipart.ts',
  'platform/table/client/document-client.ts',
  'platform/table/client/signing/container-credentials.ts',
  'platform/table/client/transport/pool.ts',
  'platform/table/client/retry/worker-policy.ts',
  'platform/queues/sqs.ts',
  'platform/queues/sqs-batch.ts',
  'model/phone/phone-library.ts',
  'domains/imports/cells/country-names.ts',
  'domains/imports/columns/translated-names.ts',
];

/** Lazy clients of resources. Only services that use a resource contain its client. */
const clients = resourceNames.flatMap((name) => {
  const { client }: HostedResource = resources[name];
  return client === undefined ? [] : [{ name, client }];
});

const lazyModules = [...new Set([...commonModules, ...clients.map(({ client }) => client)])];

/** A package that the SDK uses only in browsers, and native code that ssh2 does without. */
const excluded = ['bowser', 'cpu-features', '*.node'];

const options = (outdir: string) =>
  ({
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Most packages are smaller as modules.
    mainFields: ['module', 'main'],
    // Lambda passes credentials in the environment, so profiles, single sign-on and instance roles are not needed.
    alias: {
      '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'lambda-credentials.ts'),
      [SCRIPTS_MODULE]: bundledScripts(),
      [SANDBOX_MODULE]: bundledSandbox(),
    },
    // Removes valibot's patterns that no schema uses.
    pure: ['RegExp'],
    logLevel: 'warning',
  }) satisfies BuildOptions;

/**
 * Converts modules to CommonJS. Lazy parts need modules to be split, but `import` of a Node module reads all its
 * members and so loads other modules. `require` does not.
 */
export const asCommonJs = {
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  minify: true,
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__filename' },
} satisfies TransformOptions;

/**
 * Converts code to CommonJS and arrow functions to function expressions. V8 compiles the body of a function lazily, but
 * of an arrow function only a body in braces, and minifying removes most braces. esbuild cannot convert arrow functions
 * in fields and constructors of classes, or with `super` or `new.target`.
 */
export const toLazyFunctions = (text: string): string => {
  const withoutArrows = { ...asCommonJs, supported: { ...asCommonJs.supported, arrow: false } };
  const { code } = transformSync(text, { ...withoutArrows, minify: false });
  const classes = code.match(/^( *).*\bclass\b.*\{\n[\s\S]*?^\1\}/gm) ?? [];
  const isBroken =
    /\bsuper\s*[.[]|\bnew\.target\b/.test(code) || classes.some((text) => /\b_(this|arguments)\d*\b/.test(text));
  return transformSync(text, isBroken ? asCommonJs : withoutArrows).code;
};

/** The two builds of a service: startup code, which every request needs, and lazy modules. */
export const buildsOf = (folder: string, name: string) => [startupBuild(folder, name), lazyBuild(folder)] as const;

const startupBuild = (folder: string, name: string) => ({
  ...options(folder),
  entryPoints: { index: join(functions, 'services', `${name}.ts`) },
  external: [...excluded, ...lazyModules.map((path) => join(functions, path))],
});

const lazyBuild = (folder: string) => ({
  ...options(folder),
  entryPoints: lazyModules.map((path) => join(functions, path)),
  entryNames: '[name]',
  external: excluded,
});

/** Points imports of lazy modules at their bundles, which are in the same folder. */
export const linkLazyModules = (text: string): string => text.replaceAll(/\("[^"\n]*\/([\w-]+)\.ts"\)/g, '("./$1.js")');

interface Part {
  readonly outputs: Metafile['outputs'];
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

const build = (options: ReturnType<typeof startupBuild> | ReturnType<typeof lazyBuild>): Part => {
  const { metafile, outputFiles } = buildSync(options);
  const files = outputFiles.map(({ path, text }) => ({
    name: basename(path),
    text: toLazyFunctions(linkLazyModules(text)),
  }));
  return { outputs: metafile.outputs, files };
};

/**
 * Writes the code of a service to a folder and returns esbuild's outputs. The code includes the SDK, so that the tested
 * version runs. `index.js` is the startup code. Lazy modules are bundled separately: otherwise code that both share,
 * with all its imports, would load at the start.
 */
const bundleInto = (folder: string, service: ServiceDeclaration, lazy: Part): Outputs => {
  // Files are named by content, so files of the last build would stay and be deployed.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const parts = [build(startupBuild(folder, service.name)), lazyPartOf(service, lazy)];
  for (const { name, text } of parts.flatMap(({ files }) => files)) writeFileSync(join(folder, name), text);
  return withoutFolders(Object.assign({}, ...parts.map(({ outputs }) => outputs)));
};

/** Names the outputs by file, without their folder. */
const withoutFolders = (outputs: Metafile['outputs']): Outputs =>
  Object.fromEntries(
    Object.entries(outputs).map(([path, { inputs, imports }]) => [
      basename(path),
      { inputs, imports: imports.map((one) => (one.external ? one : { ...one, path: basename(one.path) })) },
    ]),
  );

/** Bundles each service into a folder with its name. Unchanged services come from the cache. */
export const bundleAll = (folder: string, services: readonly ServiceDeclaration[]): ReadonlyMap<string, Outputs> => {
  // Cached bundles are compared with their sources.
  bundledScripts();
  bundledSandbox();
  let lazy: Part | undefined;
  const lazyPart = (): Part => {
    lazy ??= build(lazyBuild(folder));
    return lazy;
  };
  return new Map(
    services.map((service) => {
      const own = join(folder, service.name);
      return [service.name, buildOnce(service.name, own, () => bundleInto(own, service, lazyPart()))];
    }),
  );
};

/** The lazy modules that a service may load. */
const lazyPartOf = (service: ServiceDeclaration, { outputs, files }: Part): Part => {
  const used = new Set(allUsesOf(service).map(resourceOf));
  const modules = [...commonModules, ...clients.filter(({ name }) => used.has(name)).map(({ client }) => client)];
  const entries = new Set(modules.map((path) => join(functions, path)));
  const all = Object.entries(outputs);
  const needed = new Set(
    all.flatMap(([path, { entryPoint = '' }]) => (entries.has(resolve(entryPoint)) ? [path] : [])),
  );
  for (const path of needed)
    for (const { path: next, external } of outputs[path]?.imports ?? []) if (!external) needed.add(next);
  const names = new Set([...needed].map((path) => basename(path)));
  return {
    outputs: Object.fromEntries(all.filter(([path]) => needed.has(path))),
    files: files.filter(({ name }) => names.has(name)),
  };
};

/** The lazy modules of each app, which all services share. */
const lazyParts = new WeakMap<Construct, Part>();
const sharedLazyPart = (app: Construct, folder: string): Part => {
  const part = lazyParts.get(app) ?? build(lazyBuild(folder));
  lazyParts.set(app, part);
  return part;
};

/** IPv4 and IPv6, in the public domain (CC0). A new version of the package has newer addresses. */
const countryDatabase = fileURLToPath(
  import.meta.resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'),
);
/** Its name beside the code of a function. */
export const COUNTRY_FILE = 'countries.mmdb';

/** Bundles a service and lists its sources beside the bundle. If CDK does not bundle, some source folder replaces it. */
export const bundle = (
  scope: Construct,
  service: ServiceDeclaration,
  { visitorCountry }: Pick<Settings, 'visitorCountry'>,
): Code => {
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(join(functions, 'platform/table'));
  bundledScripts();
  bundledSandbox();
  const folder = join(Stage.of(scope)?.assetOutdir ?? 'cdk.out', `bundle-${service.name}`);
  const outputs = buildOnce(service.name, folder, () =>
    bundleInto(folder, service, sharedLazyPart(scope.node.root, folder)),
  );
  writeFileSync(`${folder}.json`, JSON.stringify(sourcesIn(outputs)));
  if (visitorCountry && service.locatesVisitors) copyFileSync(countryDatabase, join(folder, COUNTRY_FILE));
  return Code.fromAsset(folder);
};
