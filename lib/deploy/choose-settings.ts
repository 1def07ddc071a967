import { type SettingTexts, storedNames, storedSettings } from '../settings/settings.ts';

/** The sources of settings. */
export interface Sources {
  /** Options of the command line. An empty text clears a setting. */
  readonly changes: SettingTexts;
  /** `context` of cdk.json. */
  readonly file: Readonly<Record<string, unknown>>;
  /** The settings of the last deployment. */
  readonly stored: SettingTexts;
}

export interface SettingChange {
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface Choice {
  readonly settings: SettingTexts;
  readonly changes: readonly SettingChange[];
}

/**
 * Merges the settings: the command line overrides cdk.json, which overrides stored settings. The command line may not
 * contradict cdk.json, since the next deployment without the option would change the setting back.
 */
export const chooseSettings = ({ changes, file: context, stored }: Sources): Choice => {
  const file = storedSettings(context);
  const contradictions = Object.keys(changes).filter((name) => name in file && file[name] !== changes[name]);
  if (contradictions.length > 0) {
    const lines = contradictions.map((name) => `${name}=${file[name]}, not ${changes[name] || 'empty'}`);
    throw new Error(`cdk.json sets ${lines.join('; ')}. Change it there, since the file applies to every deployment.`);
  }
  const settings = storedSettings({ ...stored, ...file, ...changes });
  return { settings, changes: settingChanges(stored, settings) };
};

const settingChanges = (from: SettingTexts, to: SettingTexts): SettingChange[] =>
  storedNames.filter((name) => from[name] !== to[name]).map((name) => ({ name, from: from[name], to: to[name] }));
