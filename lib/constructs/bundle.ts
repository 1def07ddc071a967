import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type BuildOptions, buildSync } from 'esbuild';
import type { Domain } from '../../functions/domain.ts';

const functions = join(import.meta.dirname, '../../functions');

/** One file with everything in it, the SDK too: what was tested is what runs, and it starts faster than the runtime's own. */
export const bundleOptions = ({ name }: Pick<Domain, 'name'>, outfile: string) =>
  ({
    entryPoints: [join(functions, name, 'lambda.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Most packages are smaller as modules; some CommonJS that is left calls require() for what Node has built in.
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  }) satisfies BuildOptions;

/** A domain's code, for every entry point of it. Where CDK was told not to bundle, its sources stand in. */
export const bundle = (scope: Construct, domain: Domain): Code => {
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(join(functions, 'table'));
  const folder = join(Stage.of(scope)?.assetOutdir ?? 'cdk.out', `bundle-${domain.name}`);
  buildSync(bundleOptions(domain, join(folder, 'index.mjs')));
  return Code.fromAsset(folder);
};
