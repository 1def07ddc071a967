import type { APIGatewayProxyEventV2 } from 'aws-lambda';

type Asked = Pick<APIGatewayProxyEventV2, 'rawPath' | 'rawQueryString'>;

/**
 * The path of a request. Clients that join an address with a slash at its end and a path send two slashes: where an id
 * can't stand they are one, also at the end.
 */
export const pathOf = ({ rawPath }: Pick<Asked, 'rawPath'>): string =>
  withOneSlashAtTheEnd(rawPath.replace(/^\/+/, '/').replace(/^\/(api|client)\/+/, '/$1/'));

/** By a pattern it would take time with the square of their number. */
const withOneSlashAtTheEnd = (path: string): string => {
  let end = path.length;
  while (path.startsWith('//', end - 2)) end--;
  return path.slice(0, end);
};

/**
 * Whether slashes at the beginning were left out. API Gateway may not see which domain such a path is of: the function that
 * answers unknown paths then sends the client to the right one.
 */
export const isMisspelled = ({ rawPath }: Pick<Asked, 'rawPath'>): boolean =>
  pathOf({ rawPath }) !== rawPath && /^\/(api|client)\//.test(pathOf({ rawPath }));

/** Path and query of a request. */
export const urlOf = ({ rawPath, rawQueryString }: Asked): string => {
  const path = pathOf({ rawPath });
  return rawQueryString ? `${path}?${rawQueryString}` : path;
};
