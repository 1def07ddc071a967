import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import * as v from 'valibot';
import { repository } from '../process/environment.ts';
import { run } from '../process/run.ts';
import type { Given } from '../settings/settings.ts';
import { readTemplate, type Template } from './templates/template-changes.ts';

const Outputs = v.record(v.string(), v.record(v.string(), v.string()));
const CdkJson = v.object({ context: v.optional(v.record(v.string(), v.unknown()), {}) });

export interface CdkOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly profile: string | undefined;
  /** Where templates and outputs go. */
  readonly folder: string;
}

/** `context` of cdk.json, which settings can be written in. */
export const fileContext = (): Readonly<Record<string, unknown>> =>
  v.parse(CdkJson, JSON.parse(readFileSync(join(repository, 'cdk.json'), 'utf8'))).context;

/** CDK's own command, on templates that are made once: what was shown is what is deployed. */
export const openCdk = ({ env, profile, folder }: CdkOptions) => {
  const assembly = join(folder, 'cdk.out');
  const outputsFile = join(folder, 'outputs.json');
  // The app is started as `node`, by whichever comes first.
  const ownNode = { ...env, PATH: [dirname(process.execPath), env.PATH ?? ''].join(delimiter) };
  const who = profile === undefined ? [] : ['--profile', profile];
  const cdk = (args: readonly string[], show: boolean) =>
    run({
      command: process.execPath,
      args: [join(repository, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...args, ...who, '--no-notices'],
      env: ownNode,
      cwd: repository,
      show,
    });

  return {
    synth: (context: Given, flags: readonly string[]) =>
      cdk(
        ['synth', '--quiet', '--output', assembly, ...flags].concat(
          Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
        ),
        false,
      ),

    template: (stack: string): Template | undefined =>
      readTemplate(readFileSync(join(assembly, `${stack}.template.json`), 'utf8')),

    bootstrap: () => cdk(['bootstrap', '--app', assembly], true),

    async deploy(stacks: readonly string[], args: readonly string[]): Promise<Readonly<Record<string, string>>> {
      await cdk(['deploy', ...stacks, '--app', assembly, '--outputs-file', outputsFile, ...args], true);
      const outputs = v.parse(Outputs, JSON.parse(readFileSync(outputsFile, 'utf8')));
      return Object.assign({}, ...Object.values(outputs));
    },
  };
};
export type Cdk = ReturnType<typeof openCdk>;
