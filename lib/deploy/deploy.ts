import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { domains } from '../../functions/services.ts';
import { fitConcurrency, workerCount } from '../settings/concurrency.ts';
import { type Given, parseSettings, type Settings } from '../settings/settings.ts';
import { confirm, type Terminal } from '../terminal/confirm.ts';
import { type Account, openAccount } from './account/account.ts';
import { allowDataLoss, denyDataLoss, protectionParameter, setTerminationProtection } from './account/protection.ts';
import { missingOn, streamArnOf } from './account/restored-table.ts';
import { orphanAdvice, removeStack } from './account/stack-removal.ts';
import { warmNote } from './account/warm-throughput.ts';
import { type Cdk, fileContext, openCdk } from './cdk.ts';
import { chooseSettings } from './choose-settings.ts';
import { nextSteps } from './next-steps.ts';
import { type DeployOptions, readOptions } from './options.ts';
import { changeLines, templatePlan } from './plan.ts';
import { type Survey, surveyOf } from './survey.ts';
import { reservedIn } from './templates/reserved-concurrency.ts';

/** Deploys all stacks to the AWS account that `env` leads to, with the settings of last time and those that are given. */
export const deploy = async (args: readonly string[], env: NodeJS.ProcessEnv, terminal: Terminal): Promise<void> => {
  const options = readOptions(args);
  const region = options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const account = await openAccount({ profile: options.profile, region });
  const folder = mkdtempSync(join(tmpdir(), 'tributary-deploy-'));
  try {
    const cdk = openCdk({ env: { ...env, AWS_REGION: account.region }, profile: options.profile, folder });
    await new Deployment(options, account, cdk, terminal).run();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** One run: what was found, what was asked for and what was answered. */
class Deployment {
  private readonly options: DeployOptions;
  private readonly account: Account;
  private readonly cdk: Cdk;
  private readonly terminal: Terminal;
  /** Ends the commands that are advised. */
  private readonly cli: string;

  constructor(options: DeployOptions, account: Account, cdk: Cdk, terminal: Terminal) {
    this.options = options;
    this.account = account;
    this.cdk = cdk;
    this.terminal = terminal;
    this.cli = ` --region ${account.region}${options.profile === undefined ? '' : ` --profile ${options.profile}`}`;
  }

  async run(): Promise<void> {
    const { name, flags, dryRun } = this.options;
    const survey = await surveyOf(this.account, name, this.cli);
    const blocked = [survey.data, survey.app].flatMap(({ standing: s }) => (s.kind === 'blocked' ? [s.advice] : []));
    if (blocked.length > 0) throw new Error(blocked.join('\n'));

    const { given, settings } = await this.settle(survey);
    this.say('Making the templates …');
    const isProtected = settings.protect && survey.data.standing.kind === 'stands';
    const passing = {
      name,
      ...(isProtected && { terminationProtection: 'true' }),
      ...(settings.accountConcurrency !== undefined && { accountConcurrency: `${settings.accountConcurrency}` }),
    };
    await this.cdk.synth({ ...given, ...passing }, flags);
    this.showTemplates(survey, settings);
    const leaving = !settings.sftp && survey.sftp.stack !== undefined;
    if (leaving)
      this.say(`  removed           the stack ${name}-Sftp with its server, its host name and its users, for good`);
    if (dryRun) return this.say('\nNothing was changed.');
    await this.ask(`Deploy ${name} to ${this.account.region}?`);

    await this.clearFailures(survey);
    if (leaving) await this.remove(`${name}-Sftp`);
    await this.carryOut(survey, given, settings);
  }

  /** Settings for this deployment, shown with what changes. A restored table is made ready, since its stream has to exist. */
  private async settle(survey: Survey): Promise<{ readonly given: Given; readonly settings: Settings }> {
    const { name, changes: wanted } = this.options;
    const { settings: chosen, changes } = chooseSettings({
      changes: wanted,
      file: fileContext(),
      stored: survey.stored,
    });
    const isFirst = survey.data.standing.kind !== 'stands';
    this.say(`${isFirst ? 'First deployment' : 'Deployment'} of ${name} to ${this.account.region}.`);
    if (survey.note !== undefined) this.say(survey.note);
    const kept = Object.entries(chosen).filter(([one]) => !changes.some((change) => change.name === one));
    if (kept.length > 0) this.say(`Settings that stay: ${kept.map((pair) => pair.join('=')).join(', ')}.`);
    this.say(
      changes.length > 0 ? ['Settings that change:', ...changeLines(changes)].join('\n') : 'No setting changes.',
    );
    const given = await this.withTable(chosen);
    const accountConcurrency = await this.concurrency(survey);
    const settings = parseSettings({ ...given, name, ...(accountConcurrency !== undefined && { accountConcurrency }) });
    for (const note of fitConcurrency(settings, workerCount(domains)).notes) this.say(note);
    const { warmThroughput } = settings;
    const isWarmed = changes.some((change) => change.name === 'warmThroughput');
    const table = survey.data.stack?.outputs.TableName;
    if (isWarmed && warmThroughput && !isFirst && table !== undefined)
      this.say(await warmNote(this.account.dynamo, table, warmThroughput));
    return { given, settings };
  }

  private async concurrency({ app }: Survey): Promise<number | undefined> {
    const unreserved = await this.account.unreservedConcurrency();
    // What this deployment has reserved already is its own to use.
    if (unreserved !== undefined) return unreserved + (app.template ? reservedIn(app.template) : 0);
    this.say(
      'You may not read how many functions the account can run at once (lambda:GetAccountSettings): no cap is set.',
    );
    return undefined;
  }

  private async withTable(chosen: Given): Promise<Given> {
    const { tableName, tableStreamArn: _, ...rest } = chosen;
    if (tableName === undefined) return rest;
    const { name: deployment, dryRun } = this.options;
    const isProtected = chosen.protect !== 'false';
    const missing = await missingOn(this.account.dynamo, { tableName, deployment, isProtected });
    if (missing.length > 0) {
      this.say(`The table ${tableName} lacks: ${missing.map(({ what }) => what).join('; ')}.`);
      if (dryRun) throw new Error('Nothing was changed. Without --dry-run it is given these.');
      await this.ask('Add these to the table?');
      for (const { add } of missing) await add();
    }
    return { ...rest, tableName, tableStreamArn: await streamArnOf(this.account.dynamo, tableName) };
  }

  private showTemplates(survey: Survey, settings: Settings): void {
    const { name } = this.options;
    const next = { data: this.cdk.template(`${name}-Data`), app: this.cdk.template(`${name}-App`) };
    const { lines, refusals } = templatePlan(survey, next, settings);
    if (lines.length > 0) this.say(['Resources that do not stay:', ...lines].join('\n'));
    if (refusals.length > 0) throw new Error(['This can not be deployed:', ...refusals].join('\n  '));
  }

  /** A stack whose creation failed is deleted by CDK and made again; nothing may hold it. */
  private async clearFailures({ data, app }: Survey): Promise<void> {
    for (const { name, stack, standing } of [data, app]) {
      if (standing.kind !== 'failed') continue;
      this.say(`${name} is ${stack?.status}: an earlier attempt failed. It is deleted and made again.`);
      for (const line of await orphanAdvice(this.account, name, this.cli)) this.say(`  ${line}`);
      if (stack?.isTerminationProtected) await setTerminationProtection(this.account, name, false);
    }
  }

  private async remove(stack: string): Promise<void> {
    this.say(`Removing ${stack} …`);
    await removeStack(this.account, { name: stack });
  }

  private async carryOut(survey: Survey, given: Given, settings: Settings): Promise<void> {
    const { name, yes, cdk: more } = this.options;
    const data = `${name}-Data`;
    const stands = survey.data.standing.kind === 'stands';
    const asked = more.some((one) => one.startsWith('--require-approval'));
    const args = [...(yes && !asked ? ['--require-approval', 'never'] : []), ...more];
    if (!(await this.account.isBootstrapped())) await this.cdk.bootstrap();
    if (stands && (!settings.protect || !settings.ownTable)) await allowDataLoss(this.account, data);
    const parameter = settings.protect && settings.ownTable ? protectionParameter(data) : [];
    const outputs = await this.cdk.deploy(['--all'], [...(stands ? parameter : []), ...args]);
    if (settings.protect) {
      // CloudFormation could not have rolled back a protected table, nor CDK have repeated a protected stack.
      if (!stands && parameter.length > 0) await this.cdk.deploy([data], ['--exclusively', ...parameter, ...args]);
      await setTerminationProtection(this.account, data, true);
      await denyDataLoss(this.account, data);
    }
    this.say(nextSteps({ name, outputs, settings: given, isFirst: !stands }));
  }

  private async ask(question: string): Promise<void> {
    if (this.options.yes) return;
    if (!(await confirm(question, this.terminal, 'Add --yes to deploy, or --dry-run to see the changes.')))
      throw new Error('Nothing was deployed.');
  }

  private say(text: string): void {
    this.terminal.output.write(`${text}\n`);
  }
}
