import * as v from 'valibot';
import { type Account, accountSettings } from '../../../functions/model/account.ts';
import { problemWithPath } from '../../../functions/platform/validation/problem-text.ts';
import { Advice } from '../cli/advice.ts';

export const settingNames = Object.keys(accountSettings);

const Settings = v.strictObject(accountSettings);

/** `name=value` by the settings that there are. Whatever is no text is written as JSON. */
export const readSettings = (given: readonly string[]): Partial<Account> => {
  const pairs = given.map((pair): [string, string] => {
    const [name = '', ...value] = pair.split('=');
    if (value.length === 0) throw new Advice(`'${pair}' sets nothing: write name=value. ${KNOWN}`);
    return [name, value.join('=')];
  });
  return Object.fromEntries(pairs.map(([name, text]) => [name, text === '' ? undefined : valueIn(name, text)]));
};

const KNOWN = `There are ${settingNames.join(', ')}.`;

const valueIn = (name: string, text: string): unknown => {
  const tried = [text, ...fromJson(text)].map((value) => v.safeParse(Settings, { [name]: value }));
  const read = tried.find(({ success }) => success);
  if (read?.success) return Object.values(read.output)[0];
  if (!settingNames.includes(name)) throw new Advice(`There is no setting ${name}. ${KNOWN}`);
  const wrong = tried.at(-1)?.issues ?? [];
  throw new Advice(wrong.map((issue) => problemWithPath(issue, name)).join('\n'));
};

const fromJson = (text: string): unknown[] => {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
};

/** Every setting with what it is now. */
export const settingsOf = (account: Account) =>
  Object.entries({
    ...Object.fromEntries(settingNames.map((name) => [name, undefined])),
    ...v.parse(v.object(accountSettings), account),
  }).map(([setting, value]) => ({
    setting,
    value: value === undefined ? 'default' : typeof value === 'string' ? value : JSON.stringify(value),
  }));
