import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type BuildOptions, buildSync, type Metafile, type TransformOptions, transformSync } from 'esbuild';
import { resourceNames, resourceOf } from '../../../functions/platform/resources/resources.ts';
import { allUsesOf, type Domain } from '../../../functions/platform/service/service.ts';
import type { HostedResource } from '../../resources/resource.ts';
import { resources } from '../../resources/resources.ts';
import { buildOnce, type Outputs, sourcesIn } from './bundle-cache.ts';

const functions = join(import.meta.dirname, '../../../functions');

/** What any service may import when it's first needed. It shares nothing with the rest but types, so that it is bundled by itself. */
const always = [
  'platform/http/body/multipart.ts',
  'platform/table/client/document-client.ts',
  'platform/table/client/signing/container-credentials.ts',
  'platform/table/client/transport/pool.ts',
  'platform/table/client/retry/worker-policy.ts',
  'platform/queues/sqs.ts',
  'platform/queues/sqs-batch.ts',
  'model/phone-library.ts',
  'domains/imports/cells/country-names.ts',
  'domains/imports/columns/translated-names.ts',
];

/** The same for clients of resources: only services that use one have it. */
const clients = resourceNames.flatMap((name) => {
  const { client }: HostedResource = resources[name];
  return client === undefined ? [] : [{ name, client }];
});

const later = [...new Set([...always, ...clients.map(({ client }) => client)])];

/** The SDK asks it about browsers, in browsers alone. */
const neverUsed = ['bowser'];

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
    // Lambda gives credentials in the environment: profiles, single sign-on and instance roles are for people's machines.
    alias: { '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'lambda-credentials.ts') },
    // What valibot has ready for schemas that are not ours.
    pure: ['RegExp'],
    logLevel: 'warning',
  }) satisfies BuildOptions;

/**
 * Split as modules, which is how parts can be left for later, and loaded as CommonJS: to import one of Node's own modules
 * reads each of its members, and so loads what nobody asked for, to require it doesn't.
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
 * V8 puts off the body of a function until it is called, but of an arrow function only what is in braces, and minifying
 * leaves few of these. So arrow functions become others, where esbuild can do that: not in fields and constructors of
 * classes, and not where they name `super` or `new.target`.
 */
export const rewritten = (text: string): string => {
  const withoutArrows = { ...asCommonJs, supported: { ...asCommonJs.supported, arrow: false } };
  const { code } = transformSync(text, { ...withoutArrows, minify: false });
  const classes = code.match(/^( *).*\bclass\b.*\{\n[\s\S]*?^\1\}/gm) ?? [];
  const isLost =
    /\bsuper\s*[.[]|\bnew\.target\b/.test(code) || classes.some((it) => /\b_(this|arguments)\d*\b/.test(it));
  return transformSync(text, isLost ? asCommonJs : withoutArrows).code;
};

/** The two builds that a domain's code is made of: what every request needs, and what is left for later. */
export const buildsOf = (folder: string, name: string) => [firstBuild(folder, name), laterBuild(folder)] as const;

const firstBuild = (folder: string, name: string) => ({
  ...options(folder),
  entryPoints: { index: join(functions, 'services', `${name}.ts`) },
  external: [...neverUsed, ...later.map((path) => join(functions, path))],
});

const laterBuild = (folder: string) => ({
  ...options(folder),
  entryPoints: later.map((path) => join(functions, path)),
  entryNames: '[name]',
  external: neverUsed,
});

/** What is for later lies beside the rest, wherever its source is. */
export const linked = (text: string): string => text.replaceAll(/\("[^"\n]*\/([\w-]+)\.ts"\)/g, '("./$1.js")');

interface Part {
  readonly outputs: Metafile['outputs'];
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

const build = (given: ReturnType<typeof firstBuild> | ReturnType<typeof laterBuild>): Part => {
  const { metafile, outputFiles } = buildSync(given);
  const files = outputFiles.map(({ path, text }) => ({ name: basename(path), text: rewritten(linked(text)) }));
  return { outputs: metafile.outputs, files };
};

/**
 * Writes a domain's code into a folder, for every entry point of it, and tells what is in it. Everything is there, the
 * SDK too: what was tested is what runs. `index.js` is what every request needs. What is for later is bundled apart: else
 * whatever it has in common with the rest, and all that this imports, would be loaded at the start.
 */
const bundleInto = (folder: string, domain: Domain, second: Part): Outputs => {
  // Parts are named by their content: those of the last build would be deployed with this one's.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const parts = [build(firstBuild(folder, domain.name)), usedPart(domain, second)];
  for (const { name, text } of parts.flatMap(({ files }) => files)) writeFileSync(join(folder, name), text);
  return byName(Object.assign({}, ...parts.map(({ outputs }) => outputs)));
};

/** Files of one folder, wherever that is. */
const byName = (outputs: Metafile['outputs']): Outputs =>
  Object.fromEntries(
    Object.entries(outputs).map(([path, { inputs, imports }]) => [
      basename(path),
      { inputs, imports: imports.map((one) => (one.external ? one : { ...one, path: basename(one.path) })) },
    ]),
  );

/** Bundles each domain into a folder of its name; one that has not changed comes from the cache. */
export const bundleAll = (folder: string, domains: readonly Domain[]): ReadonlyMap<string, Outputs> => {
  let second: Part | undefined;
  const part = (): Part => {
    second ??= build(laterBuild(folder));
    return second;
  };
  return new Map(
    domains.map((domain) => {
      const own = join(folder, domain.name);
      return [domain.name, buildOnce(domain.name, own, () => bundleInto(own, domain, part()))];
    }),
  );
};

/** What the domain may import of all that is for later. */
const usedPart = (domain: Domain, { outputs, files }: Part): Part => {
  const used = new Set(allUsesOf(domain).map(resourceOf));
  const modules = [...always, ...clients.filter(({ name }) => used.has(name)).map(({ client }) => client)];
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

/** What is for later is the same for every domain, and built once for all of an app. */
const shared = new WeakMap<Construct, Part>();
const sharedPart = (of: Construct, folder: string): Part => {
  const part = shared.get(of) ?? build(laterBuild(folder));
  shared.set(of, part);
  return part;
};

/** A domain's code, and beside it the sources it was made of. Where CDK was told not to bundle, its sources stand in. */
export const bundle = (scope: Construct, domain: Domain): Code => {
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(join(functions, 'platform/table'));
  const folder = join(Stage.of(scope)?.assetOutdir ?? 'cdk.out', `bundle-${domain.name}`);
  const outputs = buildOnce(domain.name, folder, () => bundleInto(folder, domain, sharedPart(scope.node.root, folder)));
  writeFileSync(`${folder}.json`, JSON.stringify(sourcesIn(outputs)));
  return Code.fromAsset(folder);
};
