import { Account, ApiKey } from '../../model/account.ts';
import { entity } from '../../platform/table/entity.ts';

export const accounts = entity({
  type: 'account',
  schema: Account,
  key: ({ id }: Pick<Account, 'id'>) => ({ pk: `A#${id}`, sk: 'ACCOUNT' }),
  indexes: ({ id }) => ({ gsi1: { pk: 'ACCOUNTS', sk: id } }),
});

export const apiKeys = entity({
  type: 'api_key',
  schema: ApiKey,
  key: ({ account, hash }: Pick<ApiKey, 'account' | 'hash'>) => ({ pk: `A#${account}#KEY#${hash}`, sk: 'KEY' }),
  indexes: ({ account, id }) => ({ gsi1: { pk: `A#${account}#KEYS`, sk: id } }),
});
