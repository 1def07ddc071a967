import type { Settings } from '../settings/settings.ts';
import type { SettingChange } from './choose-settings.ts';
import type { Survey } from './survey.ts';
import {
  holdsData,
  holdsMessagesOrUsers,
  indexProblems,
  type Loss,
  losses,
  type Template,
} from './templates/template-changes.ts';

const MAX_LINES = 40;

/** Formats the settings that change as columns. */
export const settingLines = (changes: readonly SettingChange[]): string[] => {
  const width = Math.max(0, ...changes.map(({ name }) => name.length));
  return changes.map(({ name, from, to }) => `  ${name.padEnd(width)}  ${from ?? '(default)'} → ${to ?? '(default)'}`);
};

export interface TemplatePlan {
  readonly lines: readonly string[];
  /** Reasons not to deploy. */
  readonly refusals: readonly string[];
}

interface Next {
  readonly data: Template | undefined;
  readonly app: Template | undefined;
}

/** Lists the resources that the templates would replace or remove. */
export const templatePlan = ({ data, app }: Survey, next: Next, settings: Settings): TemplatePlan => {
  const before = data.standing.kind === 'updatable' ? data.template : undefined;
  const dataLosses = before && next.data ? losses(before, next.data) : [];
  const beforeApp = app.standing.kind === 'updatable' ? app.template : undefined;
  const appLosses = beforeApp && next.app ? losses(beforeApp, next.app) : [];
  const isIntended = ({ type, fate }: Loss) =>
    !settings.protect || (!settings.ownTable && fate === 'left behind' && type === 'AWS::DynamoDB::GlobalTable');
  const refusedLosses = dataLosses.filter((loss) => holdsData(loss.type) && !isIntended(loss));
  const all = [...dataLosses, ...appLosses];
  return {
    lines: [
      ...all.slice(0, MAX_LINES).map(lossLine),
      ...(all.length > MAX_LINES ? [`  and ${all.length - MAX_LINES} more`] : []),
    ],
    refusals: [
      ...refusedLosses.map(({ id, type, fate }) => `${type} ${id} would be ${fate}: its data would no longer be used.`),
      ...(before && next.data ? indexProblems(before, next.data) : []),
    ],
  };
};

const lossLine = ({ id, type, fate }: Loss): string =>
  `  ${fate.padEnd('perhaps replaced'.length)}  ${type} ${id}${holdsMessagesOrUsers(type) && fate !== 'left behind' ? ' (its messages or users are lost)' : ''}`;
