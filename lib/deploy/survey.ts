import * as v from 'valibot';
import { type Given, settingsParameter } from '../settings/settings.ts';
import type { Account, DeployedStack } from './account/account.ts';
import { type Standing, standingOf } from './account/stack-states.ts';
import { inferSettings } from './templates/inferred-settings.ts';
import type { Template } from './templates/template-changes.ts';

export interface Found {
  readonly name: string;
  readonly stack: DeployedStack | undefined;
  readonly standing: Standing;
  /** As it was deployed; of a failed creation too. */
  readonly template: Template | undefined;
}

export interface Survey {
  readonly data: Found;
  readonly app: Found;
  readonly sftp: Found;
  readonly stored: Given;
  /** Where `stored` is from, where it is not what the last deployment kept. */
  readonly note: string | undefined;
}

/** What is deployed of this name, and with which settings. */
export const surveyOf = async (account: Account, name: string, cli: string): Promise<Survey> => {
  const find = async (stackName: string): Promise<Found> => {
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
  if (!data || !app || !sftp) throw new Error('There are three stacks.');
  const kept = await account.settings(name);
  return { data, app, sftp, ...(kept ? { stored: kept, note: undefined } : recovered(name, { data, app, sftp })) };
};

const recovered = (name: string, { data, app, sftp }: Pick<Survey, 'data' | 'app' | 'sftp'>) => {
  const before = data.template && settingsIn(data.template, name);
  if (before) return { stored: before, note: 'These are the settings of the attempt that failed.' };
  if (data.standing.kind !== 'stands' || !data.template) return { stored: {}, note: undefined };
  const stored = inferSettings(data.template, app.template ?? { Resources: {} }, {
    hasSftp: sftp.standing.kind === 'stands',
  });
  return { stored, note: 'The last deployment kept no settings. These were read off what it deployed: look at them.' };
};

const Parameter = v.object({ Name: v.string(), Value: v.string() });

const settingsIn = ({ Resources }: Template, name: string): Given | undefined => {
  for (const { Properties } of Object.values(Resources)) {
    const { success, output } = v.safeParse(Parameter, Properties);
    if (success && output.Name === settingsParameter(name))
      return v.parse(v.record(v.string(), v.string()), JSON.parse(output.Value));
  }
  return undefined;
};
