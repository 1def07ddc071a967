import type * as v from 'valibot';
import type { Account } from './account.ts';

/** What valibot hands from a schema to the checks within it, with the settings of the account that is asked. */
class AccountConfig implements v.Config<v.BaseIssue<unknown>> {
  readonly abortEarly = false;
  readonly settings: Account;

  constructor(settings: Account) {
    this.settings = settings;
  }
}

/** As `v.safeParse`, for an account: that function passes on no configuration but valibot's own. */
export const parseFor = <S extends v.GenericSchema>(
  settings: Account,
  schema: S,
  input: unknown,
): v.OutputDataset<v.InferOutput<S>, v.InferIssue<S>> => schema['~run']({ value: input }, new AccountConfig(settings));

/** The settings by which a value is to be checked; none where it is read for no account, as what is stored already. */
export const settingsIn = (config: object): Account | undefined =>
  config instanceof AccountConfig ? config.settings : undefined;
