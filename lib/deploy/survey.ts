import * as v from 'valibot';
import { type SettingTexts, settingsParameter } from '../settings/settings.ts';
import type { Account, DeployedStack } from './account/account.ts';
import { type Standing, standingOf } from './account/stack-states.ts';
import { inferSettings } from './templates/inferred-settings.ts';
import type { Template } from './templates/template-changes.ts';

export interface SurveyedStack {
  readonly name: string;
  readonly stack: DeployedStack | undefined;
  readonly standing: Standing;
  /** The deployed template, also of a stack whose creation failed. */
  readonly template: Template | undefined;
}

export interface Survey {
  readonly data: SurveyedStack;
  readonly app: SurveyedStack;
  readonly sftp: SurveyedStack;
  readonly stored: SettingTexts;
  /** The origin of `stored`, if the last deployment stored no settings. */
  readonly note: string | undefined;
}

/** Reads the stacks and settings of a deployment. */
export const surveyDeployment = async (account: Account, name: string, cli: string): Promise<Survey> => {
  const find = async (stackName: string): Promise<SurveyedStack> => {
    const stack = await account.stack(stackName);
    const standing = standingOf(stackName, stack?.status, cli);
    return {
      name: stackName,
      stack,
      standing,
      template: stack && standing.kind !== 'absent' ? await account.template(stackName) : undefined,
    };
  };
  const [data, app, sftp] = await Promise.all(['Data', 'App', 'Sftp'].map((part) => find(`${name}-${part}`)));
  if (!data || !app || !sftp) throw new Error('A deployment has three stacks.');
  const stored = await account.settings(name);
  return { data, app, sftp, ...(stored ? { stored, note: undefined } : recoverSettings(name, { data, app, sftp })) };
};

/** The settings of a failed first deployment, or of one that stored none. */
const recoverSettings = (name: string, { data, app, sftp }: Pick<Survey, 'data' | 'app' | 'sftp'>) => {
  const attempted = data.template && settingsIn(data.template, name);
  if (attempted) return { stored: attempted, note: 'These are the settings of the failed attempt.' };
  if (data.standing.kind !== 'updatable' || !data.template) return { stored: {}, note: undefined };
  const stored = inferSettings(data.template, app.template ?? { Resources: {} }, {
    hasSftp: sftp.standing.kind === 'updatable',
  });
  return { stored, note: 'The last deployment stored no settings. These were derived from its stacks: check them.' };
};

const Parameter = v.object({ Name: v.string(), Value: v.string() });

const settingsIn = ({ Resources }: Template, name: string): SettingTexts | undefined => {
  for (const { Properties } of Object.values(Resources)) {
    const { success, output } = v.safeParse(Parameter, Properties);
    if (success && output.Name === settingsParameter(name))
      return v.parse(v.record(v.string(), v.string()), JSON.parse(output.Value));
  }
  return undefined;
};
