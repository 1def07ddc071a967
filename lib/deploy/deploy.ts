import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allServices } from '../../functions/services.ts';
import { fitConcurrency, workerCount } from '../settings/concurrency.ts';
import { parseSettings, type Settings, type SettingTexts } from '../settings/settings.ts';
import { confirm, type Terminal } from '../terminal/confirm.ts';
import { type Account, openAccount } from './account/account.ts';
import { allowDataLoss, denyDataLoss, protectionParameter, setTerminationProtection } from './account/protection.ts';
import { missingFeatures, streamArnOf } from './account/restored-table.ts';
import { orphanAdvice, removeStack } from './account/stack-removal.ts';
import { warmThroughputNote } from './account/warm-throughput.ts';
import { type Cdk, fileContext, openCdk } from './cdk.ts';
import { chooseSettings } from './choose-settings.ts';
import { nextSteps } from './next-steps.ts';
import { type DeployOptions, readOptions } from './options.ts';
import { settingLines, templatePlan } from './plan.ts';
import { type Survey, surveyDeployment } from './survey.ts';
import { reservedConcurrencyOf } from './templates/reserved-concurrency.ts';

/** Deploys all stacks to the AWS account of `env`. Settings that are not given stay as the last deployment had them. */
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

/** One run of the command. */
class Deployment {
  private readonly options: DeployOptions;
  private readonly account: Account;
  private readonly cdk: Cdk;
  private readonly terminal: Terminal;
  /** The options that suggested AWS commands need. */
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
    const survey = await surveyDeployment(this.account, name, this.cli);
    const blocked = [survey.data, survey.app].flatMap(({ standing: s }) => (s.kind === 'blocked' ? [s.advice] : []));
    if (blocked.length > 0) throw new Error(blocked.join('\n'));

    const { given, settings } = await this.chooseSettings(survey);
    this.print('Synthesizing the templates …');
    const isProtected = settings.protect && survey.data.standing.kind === 'updatable';
    const transient = {
      name,
      ...(isProtected && { terminationProtection: 'true' }),
      ...(settings.accountConcurrency !== undefined && { accountConcurrency: `${settings.accountConcurrency}` }),
    };
    await this.cdk.synth({ ...given, ...transient }, flags);
    this.showTemplates(survey, settings);
    const removesSftp = !settings.sftp && survey.sftp.stack !== undefined;
    if (removesSftp)
      this.print(`  removed           the stack ${name}-Sftp with its server, host name and users, permanently`);
    if (dryRun) return this.print('\nNothing was changed.');
    await this.ask(`Deploy ${name} to ${this.account.region}?`);

    await this.clearFailures(survey);
    if (removesSftp) await this.remove(`${name}-Sftp`);
    await this.execute(survey, given, settings);
  }

  /** Chooses and prints the settings. Prepares a restored table, whose stream has to exist before the deployment. */
  private async chooseSettings(survey: Survey): Promise<{ readonly given: SettingTexts; readonly settings: Settings }> {
    const { name, changes: requested } = this.options;
    const { settings: chosen, changes } = chooseSettings({
      changes: requested,
      file: fileContext(),
      stored: survey.stored,
    });
    const isFirst = survey.data.standing.kind !== 'updatable';
    this.print(`${isFirst ? 'First deployment' : 'Deployment'} of ${name} to ${this.account.region}.`);
    if (survey.note !== undefined) this.print(survey.note);
    const unchanged = Object.entries(chosen).filter(([one]) => !changes.some((change) => change.name === one));
    if (unchanged.length > 0) this.print(`Settings that stay: ${unchanged.map((pair) => pair.join('=')).join(', ')}.`);
    this.print(
      changes.length > 0 ? ['Settings that change:', ...settingLines(changes)].join('\n') : 'No setting changes.',
    );
    const given = await this.prepareTable(chosen);
    const accountConcurrency = await this.concurrency(survey);
    const settings = parseSettings({ ...given, name, ...(accountConcurrency !== undefined && { accountConcurrency }) });
    for (const note of fitConcurrency(settings, workerCount(allServices)).notes) this.print(note);
    const { warmThroughput } = settings;
    const changesWarmth = changes.some((change) => change.name === 'warmThroughput');
    const table = survey.data.stack?.outputs.TableName;
    if (changesWarmth && warmThroughput && !isFirst && table !== undefined)
      this.print(await warmThroughputNote(this.account.dynamo, table, warmThroughput));
    return { given, settings };
  }

  private async concurrency({ app }: Survey): Promise<number | undefined> {
    const unreserved = await this.account.unreservedConcurrency();
    // The concurrency that this deployment has reserved is available to it.
    if (unreserved !== undefined) return unreserved + (app.template ? reservedConcurrencyOf(app.template) : 0);
    this.print('No cap on concurrency is set, because you lack the permission lambda:GetAccountSettings.');
    return undefined;
  }

  private async prepareTable(chosen: SettingTexts): Promise<SettingTexts> {
    const { tableName, tableStreamArn: _, ...rest } = chosen;
    if (tableName === undefined) return rest;
    const { name: deployment, dryRun } = this.options;
    const isProtected = chosen.protect !== 'false';
    const missing = await missingFeatures(this.account.dynamo, { tableName, deployment, isProtected });
    if (missing.length > 0) {
      this.print(`The table ${tableName} lacks: ${missing.map(({ name: feature }) => feature).join('; ')}.`);
      if (dryRun) throw new Error('Nothing was changed. Without --dry-run, they are added.');
      await this.ask('Add these to the table?');
      for (const { add } of missing) await add();
    }
    return { ...rest, tableName, tableStreamArn: await streamArnOf(this.account.dynamo, tableName) };
  }

  private showTemplates(survey: Survey, settings: Settings): void {
    const { name } = this.options;
    const next = { data: this.cdk.template(`${name}-Data`), app: this.cdk.template(`${name}-App`) };
    const { lines, refusals } = templatePlan(survey, next, settings);
    if (lines.length > 0) this.print(['Resources that are replaced or removed:', ...lines].join('\n'));
    if (refusals.length > 0) throw new Error(['This cannot be deployed:', ...refusals].join('\n  '));
  }

  /** Removes the protection of stacks whose creation failed: CDK deletes and recreates them. */
  private async clearFailures({ data, app }: Survey): Promise<void> {
    for (const { name, stack, standing } of [data, app]) {
      if (standing.kind !== 'failed') continue;
      this.print(`${name} is ${stack?.status}: an earlier attempt failed. CDK deletes it and creates it again.`);
      for (const line of await orphanAdvice(this.account, name, this.cli)) this.print(`  ${line}`);
      if (stack?.isTerminationProtected) await setTerminationProtection(this.account, name, false);
    }
  }

  private async remove(stack: string): Promise<void> {
    this.print(`Removing ${stack} …`);
    await removeStack(this.account, { name: stack });
  }

  private async execute(survey: Survey, given: SettingTexts, settings: Settings): Promise<void> {
    const { name, yes, cdk: cdkOptions } = this.options;
    const data = `${name}-Data`;
    const isUpdate = survey.data.standing.kind === 'updatable';
    const hasApproval = cdkOptions.some((one) => one.startsWith('--require-approval'));
    const args = [...(yes && !hasApproval ? ['--require-approval', 'never'] : []), ...cdkOptions];
    if (!(await this.account.isBootstrapped())) await this.cdk.bootstrap();
    if (isUpdate && (!settings.protect || !settings.ownTable)) await allowDataLoss(this.account, data);
    const parameter = settings.protect && settings.ownTable ? protectionParameter(data) : [];
    const outputs = await this.cdk.deploy(['--all'], [...(isUpdate ? parameter : []), ...args]);
    if (settings.protect) {
      // Only now: CloudFormation cannot roll back a protected table, and CDK cannot recreate a protected stack.
      if (!isUpdate && parameter.length > 0) await this.cdk.deploy([data], ['--exclusively', ...parameter, ...args]);
      await setTerminationProtection(this.account, data, true);
      await denyDataLoss(this.account, data);
    }
    this.print(nextSteps({ name, outputs, settings: given, isFirst: !isUpdate }));
  }

  private async ask(question: string): Promise<void> {
    if (this.options.yes) return;
    if (!(await confirm(question, this.terminal, 'Add --yes to deploy, or --dry-run to see the changes.')))
      throw new Error('Nothing was deployed.');
  }

  private print(text: string): void {
    this.terminal.output.write(`${text}\n`);
  }
}
