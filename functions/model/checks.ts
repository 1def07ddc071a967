import type * as v from 'valibot';
import type { Account } from './account.ts';

/** What valibot hands from a schema to the checks within it, with the settings of the account that is asked. */
class AccountConfig implements v.Config<v.BaseIssue<unknown>> {
  readonly abortEarly = false;
  readonly settings: Account;
  /** Phone numbers that were taken, and may be none. */
  readonly doubtful = new Set<string>();

  constructor(settings: Account) {
    this.settings = settings;
  }
}

/** By what was parsed: the phone numbers in it that may be none. */
const doubts = new WeakMap<object, ReadonlySet<string>>();

/** As `v.safeParse`, for an account: that function passes on no configuration but valibot's own. */
export const parseFor = <S extends v.GenericSchema>(
  settings: Account,
  schema: S,
  input: unknown,
): v.OutputDataset<v.InferOutput<S>, v.InferIssue<S>> => {
  const config = new AccountConfig(settings);
  const parsed = schema['~run']({ value: input }, config);
  const { value } = parsed;
  if (config.doubtful.size > 0 && typeof value === 'object' && value !== null) doubts.set(value, config.doubtful);
  return parsed;
};

/** Notes that a phone number was taken which may be none. */
export const noteDoubt = (config: object, number: string): void => {
  if (config instanceof AccountConfig) config.doubtful.add(number);
};

/** The phone numbers in a parsed body that may be none. */
export const doubtsIn = (body: unknown): ReadonlySet<string> | undefined =>
  typeof body === 'object' && body !== null ? doubts.get(body) : undefined;

/** The settings by which a value is to be checked; none where it is read for no account, as what is stored already. */
export const settingsIn = (config: object): Account | undefined =>
  config instanceof AccountConfig ? config.settings : undefined;
