import { entity } from '../../../platform/table/entity.ts';
import { type Purpose, TokenSecret } from './token.ts';

export const secretsPk = (account: string): string => `A#${account}#TOKENSECRETS`;
export const secretsPrefix = (purpose: Purpose): string => `${purpose}#`;

export const tokenSecrets = entity({
  type: 'token_secret',
  schema: TokenSecret,
  key: ({ account, purpose, id }: Pick<TokenSecret, 'account' | 'purpose' | 'id'>) => ({
    pk: secretsPk(account),
    sk: secretsPrefix(purpose) + id,
  }),
});
