import { type Given, storedNames, storedSettings } from '../settings/settings.ts';

/** Where settings come from. */
export interface Sources {
  /** Of the command line; an empty text clears one. */
  readonly changes: Given;
  /** `context` of cdk.json. */
  readonly file: Readonly<Record<string, unknown>>;
  /** What the last deployment had. */
  readonly stored: Given;
}

export interface SettingChange {
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface Choice {
  readonly settings: Given;
  readonly changes: readonly SettingChange[];
}

/**
 * The command line comes before cdk.json, and cdk.json before what is stored. The command line may not contradict the file,
 * since the next deployment without it would change the setting back.
 */
export const chooseSettings = ({ changes, file: context, stored }: Sources): Choice => {
  const file = storedSettings(context);
  const contradicted = Object.keys(changes).filter((name) => name in file && file[name] !== changes[name]);
  if (contradicted.length > 0) {
    const lines = contradicted.map((name) => `${name}=${file[name]}, not ${changes[name] || 'empty'}`);
    throw new Error(`cdk.json sets ${lines.join('; ')}. Change it there: the file counts at every deployment.`);
  }
  const settings = storedSettings({ ...stored, ...file, ...changes });
  return { settings, changes: settingChanges(stored, settings) };
};

const settingChanges = (from: Given, to: Given): SettingChange[] =>
  storedNames.filter((name) => from[name] !== to[name]).map((name) => ({ name, from: from[name], to: to[name] }));
