import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type BuildOptions, buildSync } from 'esbuild';
import type { Domain } from '../../functions/domain.ts';

const functions = join(import.meta.dirname, '../../functions');

/**
 * Everything in it, the SDK too: what was tested is what runs, and it starts faster than the runtime's own. `index.mjs`
 * is what every request needs; what is imported when first needed is a file of its own.
 */
export const bundleOptions = ({ name }: Pick<Domain, 'name'>, outdir: string) =>
  ({
    entryPoints: { index: join(functions, name, 'lambda.ts') },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Most packages are smaller as modules; some CommonJS that is left calls require() for what Node has built in.
    mainFields: ['module', 'main'],
    // Lambda gives credentials in the environment: profiles, single sign-on and instance roles are for people's machines.
    alias: { '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'lambda-credentials.ts') },
    banner: {
      js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  }) satisfies BuildOptions;

/** A domain's code, for every entry point of it. Where CDK was told not to bundle, its sources stand in. */
export const bundle = (scope: Construct, domain: Domain): Code => {
  if (!Stack.of(scope).bundlingRequired) return Code.fromAsset(join(functions, 'table'));
  const folder = join(Stage.of(scope)?.assetOutdir ?? 'cdk.out', `bundle-${domain.name}`);
  // Parts are named by their content: those of the last build would be deployed with this one's.
  rmSync(folder, { recursive: true, force: true });
  buildSync(bundleOptions(domain, folder));
  return Code.fromAsset(folder);
};
