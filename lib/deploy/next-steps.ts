import * as v from 'valibot';
import type { Given } from '../settings/settings.ts';

const Outputs = v.object({
  ApiUrl: v.string(),
  DomainTarget: v.optional(v.string()),
  TableName: v.string(),
  ImportsBucket: v.string(),
});

export interface Deployed {
  readonly name: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly settings: Given;
  readonly isFirst: boolean;
}

/** What stands now, and what to do with it. */
export const nextSteps = ({ name, outputs, settings, isFirst }: Deployed): string => {
  const { ApiUrl, DomainTarget, TableName, ImportsBucket } = v.parse(Outputs, outputs);
  const which = name === 'Tributary' ? '' : ` --stack ${name}`;
  const admin = `npm run admin -- --stack ${name}`;
  const steps = [
    ...(isFirst && DomainTarget !== undefined ? [`Point the custom domain (CNAME or alias) at ${DomainTarget}`] : []),
    ...(isFirst
      ? [
          `Make an account:  ${admin} accounts create --name "My shop"`,
          `Make a key:       ${admin} keys create --name server --scope '*'`,
          `Point your clients at the API with that key, or drop a CSV: ${admin} imports drop people.csv --as profiles`,
        ]
      : []),
    ...(settings.alarmEmail === undefined
      ? [`Have someone told when an alarm goes off:  npm run deploy --${which} -c alarmEmail=you@example.com`]
      : []),
    ...(settings.monthlyBudget === undefined
      ? []
      : [
          'Activate the tag `deployment` under Billing, Cost allocation tags: the budget counts nothing before (up to a day)',
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
    'All other settings stay as they are: a later deployment changes those alone that it is given.',
  ].join('\n');
};
