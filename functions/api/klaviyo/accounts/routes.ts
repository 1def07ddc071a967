import { ApiError } from '../../../platform/errors.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { AccountView, accountView } from './view.ts';

const reading = { fields: { account: AccountView } };

export const getAccounts = route({
  method: 'GET',
  path: '/api/accounts',
  summary: 'Get the account of the key',
  description: 'Exactly one, because a key belongs to one account. Clients call this to check their key.',
  scope: 'accounts:read',
  status: 200,
  reading,
  result: collectionSchema('account', AccountView),

  async handle({ selection }, context) {
    return collectionDocument({ items: [accountView(context, selection.fields)] }, context);
  },
});

export const getAccount = route({
  method: 'GET',
  path: '/api/accounts/{id}',
  summary: 'Get the account of the key by id',
  description: 'Any other account is a 404.',
  scope: 'accounts:read',
  status: 200,
  reading,
  result: documentSchema('account', AccountView),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    if (params.id !== context.account)
      throw new ApiError('not_found', { detail: 'The account of this key has another id.' });
    return resourceDocument(accountView(context, selection.fields));
  },
});
