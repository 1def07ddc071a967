import type * as v from 'valibot';
import type { Account } from './account.ts';

/** The configuration that valibot passes to a schema's checks, with the account's settings. */
class AccountConfig implements v.Config<v.BaseIssue<unknown>> {
  readonly abortEarly = false;
  readonly settings: Account;
  /** Accepted phone numbers that may be invalid. */
  readonly doubtfulPhones = new Set<string>();

  constructor(settings: Account) {
    this.settings = settings;
  }
}

/** Accepted phone numbers that may be invalid, by parsed body. */
const doubtfulPhonesByBody = new WeakMap<object, ReadonlySet<string>>();

/** Like `v.safeParse`, with an account's settings. `v.safeParse` itself passes on only valibot's own configuration. */
export const parseForAccount = <S extends v.GenericSchema>(
  settings: Account,
  schema: S,
  input: unknown,
): v.OutputDataset<v.InferOutput<S>, v.InferIssue<S>> => {
  const config = new AccountConfig(settings);
  const result = schema['~run']({ value: input }, config);
  const { value } = result;
  if (config.doubtfulPhones.size > 0 && typeof value === 'object' && value !== null)
    doubtfulPhonesByBody.set(value, config.doubtfulPhones);
  return result;
};

/** Records that an accepted phone number may be invalid. */
export const recordDoubtfulPhone = (config: object, number: string): void => {
  if (config instanceof AccountConfig) config.doubtfulPhones.add(number);
};

/** The phone numbers in a parsed body that may be invalid. */
export const doubtfulPhonesOf = (body: unknown): ReadonlySet<string> | undefined =>
  typeof body === 'object' && body !== null ? doubtfulPhonesByBody.get(body) : undefined;

/** The account settings for checking a value. Undefined for stored values, which are read without an account. */
export const settingsOf = (config: object): Account | undefined =>
  config instanceof AccountConfig ? config.settings : undefined;
