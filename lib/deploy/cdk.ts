import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import * as v from 'valibot';
import { repository } from '../process/environment.ts';
import { run } from '../process/run.ts';
import type { SettingTexts } from '../settings/settings.ts';
import { readTemplate, type Template } from './templates/template-changes.ts';

const Outputs = v.record(v.string(), v.record(v.string(), v.string()));
const CdkJson = v.object({ context: v.optional(v.record(v.string(), v.unknown()), {}) });

export interface CdkOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly profile: string | undefined;
  /** The folder for templates and outputs. */
  readonly folder: string;
}

/** The `context` of cdk.json, which may contain settings. */
export const fileContext = (): Readonly<Record<string, unknown>> =>
  v.parse(CdkJson, JSON.parse(readFileSync(join(repository, 'cdk.json'), 'utf8'))).context;

/** Runs the CDK CLI on templates that are synthesized once, so that it deploys what the user has seen. */
export const openCdk = ({ env, profile, folder }: CdkOptions) => {
  const assembly = join(folder, 'cdk.out');
  const outputsFile = join(folder, 'outputs.json');
  // CDK starts the app as `node`: the Node of this process has to be the first on the path.
  const cdkEnv = { ...env, PATH: [dirname(process.execPath), env.PATH ?? ''].join(delimiter) };
  const profileOption = profile === undefined ? [] : ['--profile', profile];
  const cdk = (args: readonly string[], show: boolean) =>
    run({
      command: process.execPath,
      args: [join(repository, 'node_modules', 'aws-cdk', 'bin', 'cdk'), ...args, ...profileOption, '--no-notices'],
      env: cdkEnv,
      cwd: repository,
      show,
    });

  return {
    synth: (context: SettingTexts, flags: readonly string[]) =>
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
