import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type BuildOptions, buildSync, type Metafile, type TransformOptions, transformSync } from 'esbuild';
import type { Domain } from '../../functions/domain.ts';

const functions = join(import.meta.dirname, '../../functions');

/**
 * Everything in it, the SDK too: what was tested is what runs, and it starts faster than the runtime's own. `index.js`
 * is what every request needs; what is imported when first needed is a file of its own.
 */
const bundleOptions = ({ name }: Pick<Domain, 'name'>, outdir: string) =>
  ({
    entryPoints: { index: join(functions, name, 'lambda.ts') },
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
    logLevel: 'warning',
  }) satisfies BuildOptions;

/**
 * Split as modules, which is how parts can be left for later, and loaded as CommonJS: to import one of Node's own modules
 * reads each of its members, and so loads what nobody asked for, to require it doesn't.
 */
const asCommonJs = {
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  minify: true,
  supported: { 'dynamic-import': false },
} satisfies TransformOptions;

/** Writes a domain's code into a folder, for every entry point of it, and tells what is in it. */
export const bundleInto = (folder: string, domain: Pick<Domain, 'name'>): Metafile => {
  // Parts are named by their content: those of the last build would be deployed with this one's.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { outputFiles, metafile } = buildSync(bundleOptions(domain, folder));
  for (const { path, text } of outputFiles) writeFileSync(path, transformSync(text, asCommonJs).code);
  return metafile;
};

/** A domain's code. Where CDK was told not to bundle, its sources stand in. */
export const bundle = (scope: Construct, domain: Domain): Code => {
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(join(functions, 'table'));
  const folder = join(Stage.of(scope)?.assetOutdir ?? 'cdk.out', `bundle-${domain.name}`);
  bundleInto(folder, domain);
  return Code.fromAsset(folder);
};
