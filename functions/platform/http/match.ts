import { ApiError } from '../errors.ts';
import type { Route } from './route.ts';

interface Match<R> {
  readonly route: R;
  readonly params: Record<string, string>;
}

/**
 * Finds the route of a request. Literal segments win over `{parameters}`, whatever the order of declaration; one slash
 * at the end is ignored, since several official clients send it.
 */
export const matcher = <R extends Pick<Route, 'method' | 'path'>>(routes: readonly R[]) => {
  const candidates = routes
    .map((route) => ({ route, segments: route.path.split('/') }))
    .sort((a, b) => (shape(a.segments) < shape(b.segments) ? -1 : 1));

  const onPath = (path: string): Match<R>[] => {
    const actual = path.replace(/\/$/, '').split('/');
    return candidates.flatMap(({ route, segments }) => {
      const params = segments.length === actual.length ? bind(segments, actual) : undefined;
      return params ? [{ route, params }] : [];
    });
  };

  return {
    onPath,
    /** The route that shares most segments with a path, from its beginning. */
    nearest(path: string): R {
      const actual = path.split('/');
      const shared = ({ segments }: { readonly segments: readonly string[] }): number => {
        const differs = actual.findIndex((segment, i) => {
          const own = segments[i];
          return own === undefined || (own !== segment && !isParameter(own));
        });
        return differs === -1 ? actual.length : differs;
      };
      const [first, ...others] = candidates;
      if (!first) throw new Error('This service has no routes.');
      return others.reduce((best, one) => (shared(one) > shared(best) ? one : best), first).route;
    },
    find(method: string, path: string): Match<R> {
      const matches = onPath(path);
      const found = matches.find(({ route }) => route.method === method);
      if (found) return found;
      if (matches.length === 0) throw new ApiError('not_found', { detail: `There is no ${path}.` });
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
/** Of two that fit a path, the one that sorts first has its literals further left. */
const shape = (segments: readonly string[]): string => segments.map((one) => (isParameter(one) ? '1' : '0')).join('');

const bind = (segments: readonly string[], actual: readonly string[]): Record<string, string> | undefined => {
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const value = actual[i] ?? '';
    if (isParameter(segment) ? value === '' : segment !== value) return undefined;
    if (isParameter(segment)) params[segment.slice(1, -1)] = decode(value);
  }
  return params;
};

/** What isn't percent-encoded stands for itself: API Gateway has decoded some of it already. */
const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
