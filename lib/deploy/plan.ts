import type { Settings } from '../settings/settings.ts';
import type { SettingChange } from './choose-settings.ts';
import type { Survey } from './survey.ts';
import { holdsData, holdsWork, indexProblems, type Loss, losses, type Template } from './templates/template-changes.ts';

const SHOWN = 40;

/** One line for each setting that changes, in columns. */
export const changeLines = (changes: readonly SettingChange[]): string[] => {
  const wide = Math.max(0, ...changes.map(({ name }) => name.length));
  return changes.map(({ name, from, to }) => `  ${name.padEnd(wide)}  ${from ?? '(default)'} → ${to ?? '(default)'}`);
};

export interface TemplatePlan {
  readonly lines: readonly string[];
  /** Why it may not be deployed. */
  readonly refusals: readonly string[];
}

interface Next {
  readonly data: Template | undefined;
  readonly app: Template | undefined;
}

/** What would be replaced or removed by deploying these templates. */
export const templatePlan = ({ data, app }: Survey, next: Next, settings: Settings): TemplatePlan => {
  const before = data.standing.kind === 'stands' ? data.template : undefined;
  const ofData = before && next.data ? losses(before, next.data) : [];
  const beforeApp = app.standing.kind === 'stands' ? app.template : undefined;
  const ofApp = beforeApp && next.app ? losses(beforeApp, next.app) : [];
  const isWanted = ({ type, fate }: Loss) =>
    !settings.protect || (!settings.ownTable && fate === 'left behind' && type === 'AWS::DynamoDB::GlobalTable');
  const lost = ofData.filter((loss) => holdsData(loss.type) && !isWanted(loss));
  const all = [...ofData, ...ofApp];
  return {
    lines: [...all.slice(0, SHOWN).map(lossLine), ...(all.length > SHOWN ? [`  and ${all.length - SHOWN} more`] : [])],
    refusals: [
      ...lost.map(({ id, type, fate }) => `${type} ${id} would be ${fate}: what it holds would no longer be used.`),
      ...(before && next.data ? indexProblems(before, next.data) : []),
    ],
  };
};

const lossLine = ({ id, type, fate }: Loss): string =>
  `  ${fate.padEnd('perhaps replaced'.length)}  ${type} ${id}${holdsWork(type) && fate !== 'left behind' ? ' (what waits in it is lost)' : ''}`;
