import type { Context } from '../../domains/accounts/context.ts';
import { ApiError } from '../../platform/errors.ts';
import { parse } from '../../platform/http/parse.ts';
import type { OpenProtocol, Protocol } from '../../platform/http/protocol.ts';
import { routeFactory } from '../../platform/http/route.ts';
import {
  type AccountPrincipal,
  anonymousPrincipal,
  contextOf,
  createPrincipal,
  openAccounts,
  parseOptionsOf,
} from '../accounts.ts';

/**
 * Scripts for the pages of a website. Every visitor loads them, so they count against no limit of requests: they are
 * cached by browsers and CDNs, and need no table. Errors are plain text, which developers see in the browser's tools.
 */
const script: Protocol<Context, AccountPrincipal> = {
  name: 'script',
  mediaType: 'text/javascript',
  requestType: 'text/plain',
  fail: ({ problems }) => ({
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: problems.map(({ detail }) => detail).join('\n'),
  }),
  open: () => openScripts(),
};

export const route = routeFactory(script);

const openScripts = (): OpenProtocol<Context, AccountPrincipal> => {
  const findAccount = openAccounts();

  return {
    /** The account is in the path or in `company_id`. Scripts without configuration belong to no account. */
    async authenticate({ route: { query }, event, params }, services) {
      const inQuery = new URLSearchParams(event.rawQueryString).get('company_id') ?? undefined;
      const id = params.account ?? (query ? (inQuery ?? '') : undefined);
      if (id === undefined) return anonymousPrincipal;
      const account = await findAccount(id, services);
      if (!account) throw unknownAccountError(id);
      return { ...createPrincipal(account, { caller: { kind: 'nobody' } }), account: '' };
    },

    async decode({ route, event }, sender) {
      const { ignored: _, ...content } = parse(
        { route, event },
        { read: () => undefined, isForm: false },
        parseOptionsOf(sender),
      );
      return { ...content, headers: {} };
    },

    contextOf: (request, principal) => ({ ...contextOf(request, principal), account: principal.settings.id }),
  };
};

const unknownAccountError = (id: string) =>
  new ApiError('not_found', {
    detail:
      id === ''
        ? 'Name the account: /onsite.js?company_id=ABC123.'
        : 'There is no account with this company_id. Copy the script tag anew: npm run admin -- accounts list.',
  });
