import type { Context } from '../../domains/accounts/context.ts';
import { ApiError } from '../../platform/errors.ts';
import { readForm } from '../../platform/http/body/read.ts';
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
import { failurePage } from './error-page.ts';

/** Pages for visitors: reads form fields and responds with HTML. Tokens in links authorize changes. */
export const pages: Protocol<Context, AccountPrincipal> = {
  name: 'page',
  mediaType: 'text/html',
  requestType: 'application/x-www-form-urlencoded',
  fail: ({ code }, { headers }) => failurePage(code, headers['accept-language'] ?? ''),
  open: () => openPages(),
};

export const route = routeFactory(pages);

const openPages = (): OpenProtocol<Context, AccountPrincipal> => {
  const accountOf = openAccounts();

  return {
    /** A page that accepts a form belongs to an account. The account is checked before the body is read, and its limits apply. */
    async authenticate({ route, params: { account: id } }, services) {
      if (!route.body || id === undefined) return anonymousPrincipal;
      const account = await accountOf(id, services);
      if (!account) throw new ApiError('not_found', { detail: 'This page does not exist.' });
      return createPrincipal(account, { caller: anonymousPrincipal.caller, limits: account.publicLimits });
    },

    async decode({ route, event }, sender) {
      const fields = route.body && (await readForm(event));
      const { ignored: _, ...content } = parse(
        { route, event },
        { read: () => fields, isForm: true },
        parseOptionsOf(sender),
      );
      return { ...content, headers: {} };
    },

    contextOf,
  };
};
