import * as v from 'valibot';
import { type Account, accountSettings } from '../../../functions/model/account.ts';
import { problemWithPath } from '../../../functions/platform/validation/problem-text.ts';
import { Advice } from '../cli/advice.ts';

export const settingNames = Object.keys(accountSettings);

const Settings = v.strictObject(accountSettings);

/** Parses settings written as `name=value`. A value that is no text is JSON. */
export const parseAccountSettings = (assignments: readonly string[]): Partial<Account> => {
  const pairs = assignments.map((pair): [string, string] => {
    const [name = '', ...value] = pair.split('=');
    if (value.length === 0) throw new Advice(`'${pair}' has no value. Write name=value. ${AVAILABLE}`);
    return [name, value.join('=')];
  });
  return Object.fromEntries(pairs.map(([name, text]) => [name, text === '' ? undefined : parseValue(name, text)]));
};

const AVAILABLE = `Settings: ${settingNames.join(', ')}.`;

const parseValue = (name: string, text: string): unknown => {
  const results = [text, ...parseJson(text)].map((value) => v.safeParse(Settings, { [name]: value }));
  const valid = results.find(({ success }) => success);
  if (valid?.success) return Object.values(valid.output)[0];
  if (!settingNames.includes(name)) throw new Advice(`There is no setting ${name}. ${AVAILABLE}`);
  const issues = results.at(-1)?.issues ?? [];
  throw new Advice(issues.map((issue) => problemWithPath(issue, name)).join('\n'));
};

const parseJson = (text: string): unknown[] => {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
};

/** Lists every setting with its current value. */
export const listSettings = (account: Account) =>
  Object.entries({
    ...Object.fromEntries(settingNames.map((name) => [name, undefined])),
    ...v.parse(v.object(accountSettings), account),
  }).map(([setting, value]) => ({
    setting,
    value: value === undefined ? 'default' : typeof value === 'string' ? value : JSON.stringify(value),
  }));
