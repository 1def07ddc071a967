import { ApiError } from '../errors.ts';
import type { Route } from './route.ts';

interface Match<R> {
  readonly route: R;
  readonly params: Record<string, string>;
}

/**
 * Matches requests to routes. Literal segments take precedence over `{parameters}`, in any order of declaration. One
 * trailing slash is ignored, since several official clients send it.
 */
export const createMatcher = <R extends Pick<Route, 'method' | 'path'>>(routes: readonly R[]) => {
  const candidates = routes
    .map((route) => ({ route, segments: route.path.split('/') }))
    .sort((a, b) => (sortKey(a.segments) < sortKey(b.segments) ? -1 : 1));

  const matchPath = (path: string): Match<R>[] => {
    const pathSegments = path.replace(/\/$/, '').split('/');
    return candidates.flatMap(({ route, segments }) => {
      const params = segments.length === pathSegments.length ? bindParameters(segments, pathSegments) : undefined;
      return params ? [{ route, params }] : [];
    });
  };

  return {
    matchPath,
    /** The route that shares the most leading segments with a path. */
    findClosest(path: string): R {
      const pathSegments = path.split('/');
      const sharedSegments = ({ segments }: { readonly segments: readonly string[] }): number => {
        const differs = pathSegments.findIndex((segment, i) => {
          const routeSegment = segments[i];
          return routeSegment === undefined || (routeSegment !== segment && !isParameter(routeSegment));
        });
        return differs === -1 ? pathSegments.length : differs;
      };
      const [first, ...others] = candidates;
      if (!first) throw new Error('This service has no routes.');
      return others.reduce((best, one) => (sharedSegments(one) > sharedSegments(best) ? one : best), first).route;
    },
    find(method: string, path: string): Match<R> {
      const matches = matchPath(path);
      const match = matches.find(({ route }) => route.method === method);
      if (match) return match;
      if (matches.length === 0) throw new ApiError('not_found', { detail: `The path ${path} does not exist.` });
      const methods = new Set<string>(matches.map(({ route }) => route.method));
      const allowed = [...methods, ...(methods.has('GET') ? ['HEAD'] : [])].join(', ');
      throw new ApiError(
        'method_not_allowed',
        { detail: `${path} answers ${allowed}, not ${method}.` },
        { Allow: allowed },
      );
    },
  };
};

const isParameter = (segment: string): boolean => segment.startsWith('{');
/** Routes whose literals are further left sort first. */
const sortKey = (segments: readonly string[]): string => segments.map((one) => (isParameter(one) ? '1' : '0')).join('');

const bindParameters = (
  segments: readonly string[],
  pathSegments: readonly string[],
): Record<string, string> | undefined => {
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const value = pathSegments[i] ?? '';
    if (isParameter(segment) ? value === '' : segment !== value) return undefined;
    if (isParameter(segment)) params[segment.slice(1, -1)] = decode(value);
  }
  return params;
};

/** Returns invalid percent-encoding unchanged: API Gateway has decoded a part of the path already. */
const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
