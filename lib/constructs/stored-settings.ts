import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type SettingTexts, settingsParameter } from '../settings/settings.ts';

export interface StoredSettingsProps {
  /** The name of the deployment. */
  readonly name: string;
  readonly settings: SettingTexts;
}

/** Stores the settings for the next deployment. The parameter changes in one update with the resources. */
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
