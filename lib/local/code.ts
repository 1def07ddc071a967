import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LambdaClient, paginateListFunctions, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { bundleInto } from '../constructs/bundle.ts';
import { childEnvironment, clientConfig, localFolder, repository } from './environment.ts';
import { python } from './python.ts';
import { run } from './run.ts';

const functions = join(repository, 'functions');
const domainNames = (): string[] =>
  readdirSync(functions).filter((name) => existsSync(join(functions, name, 'lambda.ts')));

/** What a domain's functions run, and the sources that it was made of. */
export interface Bundle {
  readonly digest: string;
  readonly sources: ReadonlySet<string>;
}
/** By the name of the domain. */
export type Built = ReadonlyMap<string, Bundle>;

/** Bundles domains as a deployment would. */
export const bundleDomains = (names: readonly string[] = domainNames()): Built =>
  new Map(
    names.map((name) => {
      const folder = folderOf(name);
      const outputs = Object.values(bundleInto(folder, { name }));
      const sources = new Set(outputs.flatMap(({ inputs }) => Object.keys(inputs).map((path) => resolve(path))));
      const digest = createHash('sha256');
      for (const file of readdirSync(folder).toSorted()) digest.update(readFileSync(join(folder, file)));
      return [name, { digest: digest.digest('hex'), sources }] as const;
    }),
  );

/** Where a domain is bundled outside of a deployment. */
export const folderOf = (name: string): string => join(localFolder, 'dev', name);

/** Gives their new code to the functions of these domains, past CloudFormation. */
export const sendCode = async (endpoint: string, names: readonly string[]): Promise<void> => {
  await sendZips(
    endpoint,
    new Map(await Promise.all(names.map(async (name) => [name, await zipped(folderOf(name))] as const))),
  );
};

/** The same, of code that is zipped already. */
export const sendZips = async (endpoint: string, zips: ReadonlyMap<string, Uint8Array>): Promise<void> => {
  const client = new LambdaClient(clientConfig(endpoint));
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    const sent = Functions.map(async ({ FunctionName, Description = '' }) => {
      const ZipFile = zips.get(domainIn(Description));
      if (ZipFile) await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    });
    await Promise.all(sent);
  }
};

/** `events` of `events: http`, which `domain-function.ts` writes. */
const domainIn = (description: string): string => description.replace(/: .*/, '');

export const zipped = async (folder: string): Promise<Buffer> => {
  const file = `${folder}.zip`;
  const args = ['-m', 'zipfile', '-c', file, ...readdirSync(folder)];
  await run({ command: python, args, env: childEnvironment(), cwd: folder });
  return readFileSync(file);
};
