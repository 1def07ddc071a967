import * as v from 'valibot';
import type { SettingTexts } from '../settings/settings.ts';

const Outputs = v.object({
  ApiUrl: v.string(),
  DomainTarget: v.optional(v.string()),
  TableName: v.string(),
  ImportsBucket: v.string(),
});

export interface DeployedState {
  readonly name: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly settings: SettingTexts;
  readonly isFirst: boolean;
}

/** Describes the deployment and the next steps. */
export const nextSteps = ({ name, outputs, settings, isFirst }: DeployedState): string => {
  const { ApiUrl, DomainTarget, TableName, ImportsBucket } = v.parse(Outputs, outputs);
  const stackOption = name === 'Tributary' ? '' : ` --stack ${name}`;
  const admin = `npm run admin -- --stack ${name}`;
  const steps = [
    ...(isFirst && DomainTarget !== undefined ? [`Point the custom domain (CNAME or alias) at ${DomainTarget}`] : []),
    ...(isFirst
      ? [
          `Create an account:  ${admin} accounts create --name "My shop"`,
          `Create a key:       ${admin} keys create --name server --scope '*'`,
          `Point your clients at the API with that key, or import a CSV file: ${admin} imports drop people.csv --as profiles`,
        ]
      : []),
    ...(settings.alarmEmail === undefined
      ? [`Send alarms by e-mail:  npm run deploy --${stackOption} -c alarmEmail=you@example.com`]
      : []),
    ...(settings.monthlyBudget === undefined
      ? []
      : [
          'Activate the tag `deployment` under Billing, Cost allocation tags. Until then (up to a day) the budget counts nothing',
        ]),
  ];
  return [
    '',
    'Deployed.',
    '',
    `  API             ${ApiUrl}`,
    `  table           ${TableName}`,
    `  imports bucket  ${ImportsBucket}`,
    ...(steps.length === 0 ? [] : ['', 'Next:', ...steps.map((step, i) => `  ${i + 1}. ${step}`)]),
    '',
    'All other settings stay. A later deployment changes only the settings that you give it.',
  ].join('\n');
};
