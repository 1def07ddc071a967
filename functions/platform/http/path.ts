import type { APIGatewayProxyEventV2 } from 'aws-lambda';

type RequestUrl = Pick<APIGatewayProxyEventV2, 'rawPath' | 'rawQueryString'>;

/**
 * The normalized path of a request. Clients that join a base URL with a trailing slash and a path send two slashes.
 * They become one where no id can stand, and at the end.
 */
export const pathOf = ({ rawPath }: Pick<RequestUrl, 'rawPath'>): string =>
  collapseTrailingSlashes(rawPath.replace(/^\/+/, '/').replace(/^\/(api|client)\/+/, '/$1/'));

/** A regular expression would take quadratic time. */
const collapseTrailingSlashes = (path: string): string => {
  let end = path.length;
  while (path.startsWith('//', end - 2)) end--;
  return path.slice(0, end);
};

/**
 * Whether leading slashes were removed. API Gateway may not recognize the service of such a path. The function that
 * answers unknown paths then redirects the client.
 */
export const hasExtraSlashes = ({ rawPath }: Pick<RequestUrl, 'rawPath'>): boolean =>
  pathOf({ rawPath }) !== rawPath && /^\/(api|client)\//.test(pathOf({ rawPath }));

/** The normalized path and query of a request. */
export const urlOf = ({ rawPath, rawQueryString }: RequestUrl): string => {
  const path = pathOf({ rawPath });
  return rawQueryString ? `${path}?${rawQueryString}` : path;
};
