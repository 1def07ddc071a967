import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Account } from '../model/account.ts';
import { networkOf } from '../model/web/network.ts';
import { includesOrigin } from '../model/web/website-origin.ts';
import { ApiError } from '../platform/errors.ts';
import { viewerIp } from '../platform/http/viewer.ts';
import type { Services } from '../platform/resources/services.ts';
import { type AccountPrincipal, createPrincipal } from './accounts.ts';

/**
 * The principal of a caller who knows only the public id of an account, with its limits and those of the network.
 *
 * @throws ApiError `permission_denied` for a page of a website that the account does not list
 */
export const createPublicPrincipal = (
  account: Account,
  event: APIGatewayProxyEventV2,
  { settings }: Pick<Services, 'settings'>,
): AccountPrincipal => {
  refuseForeignWebsite(event, account);
  return {
    ...createPrincipal(account, { caller: { kind: 'public' }, limits: account.publicLimits }),
    network: { name: networkOf(viewerIp(event, settings.edgeSecret)), limits: account.networkLimits },
  };
};

/** Only browsers send `Origin`, and scripts cannot change it. It protects an account from foreign pages, not programs. */
const refuseForeignWebsite = ({ headers: { origin } }: APIGatewayProxyEventV2, { websites }: Account): void => {
  if (!websites || origin === undefined || includesOrigin(websites, origin)) return;
  throw new ApiError('permission_denied', {
    detail: `Pages of ${origin.slice(0, 100)} may not call this account. Add the origin: npm run admin -- accounts set 'websites=["https://…"]'.`,
    source: { header: 'origin' },
  });
};
