import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type SettingTexts, settingsParameter } from '../settings/settings.ts';

export interface StoredSettingsProps {
  /** Of the deployment. */
  readonly name: string;
  readonly settings: SettingTexts;
}

/** What this deployment was given, for the next one to go on from. It changes in one step with what it describes. */
export class StoredSettings extends Construct {
  constructor(scope: Construct, id: string, { name, settings }: StoredSettingsProps) {
    super(scope, id);
    new StringParameter(this, 'Parameter', {
      parameterName: settingsParameter(name),
      description: `Settings of the deployment ${name}. npm run deploy reads and changes them.`,
      stringValue: JSON.stringify(settings),
    });
  }
}
