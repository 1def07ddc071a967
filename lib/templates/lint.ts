import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { childEnvironment, repository } from '../process/environment.ts';
import { installPython, python } from '../process/python.ts';
import { CommandError, run } from '../process/run.ts';

const CdkJson = v.object({ context: v.record(v.string(), v.unknown()) });

/** Settings that add resources. */
const allSettings = {
  mailFrom: 'shop@example.com',
  eventBus: 'shop',
  alarmEmail: 'ops@example.com',
  monthlyBudget: '10',
  canary: 'true',
  domainName: 'in.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/0',
  eventRetentionDays: '400',
  archiveRetentionDays: '800',
};

/** Synthesizes every stack, with few settings and with all, under cdk-nag, and checks the templates with cfn-lint. */
export const lintTemplates = async (): Promise<boolean> => {
  const output = mkdtempSync(join(tmpdir(), 'tributary-templates-'));
  try {
    // At once: each takes twenty seconds of a processor.
    const results = await Promise.all(
      [{}, allSettings].map(async (settings, at) => {
        const folder = join(output, String(at));
        await synthesize(folder, settings);
        return lint(templatesIn(folder));
      }),
    );
    return results.every(Boolean);
  } catch (error) {
    return report(error);
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
};

const templatesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => join(folder, name));

/** Synthesizes without the CDK CLI, which starts slowly, and without bundling functions. */
const synthesize = async (folder: string, settings: Readonly<Record<string, string>>) => {
  const app = join(repository, 'bin', 'app.ts');
  const { context } = v.parse(CdkJson, JSON.parse(readFileSync(join(repository, 'cdk.json'), 'utf8')));
  const CDK_CONTEXT_JSON = JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [], sftp: true, ...settings });
  const env = childEnvironment({ CDK_OUTDIR: folder, CDK_CONTEXT_JSON });
  await run({ command: process.execPath, args: [app], env, cwd: repository });
};

/** Whether cfn-lint reports nothing, not even a warning. */
export const lint = async (templates: readonly string[]): Promise<boolean> => {
  await installPython('cfn-lint');
  try {
    const command = join(dirname(python), 'cfn-lint');
    // W3005 reports a redundant DependsOn, which CDK itself writes.
    const args = ['--non-zero-exit-code', 'warning', '--ignore-checks', 'W3005', '--', ...templates];
    await run({ command, args, env: childEnvironment() });
    return true;
  } catch (error) {
    return report(error);
  }
};

const report = (error: unknown): false => {
  if (!(error instanceof CommandError)) throw error;
  console.error(error.message);
  return false;
};
