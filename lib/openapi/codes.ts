import type { ErrorCode } from '../../functions/platform/errors.ts';
import type { Route } from '../../functions/platform/http/route.ts';

/** Codes that a route may return: those that its declaration implies, and those that it lists. */
export const codesOf = ({ scope, path, body, errors = [] }: Route): readonly ErrorCode[] => [
  'invalid',
  ...when(scope !== 'open' && scope !== 'public', 'not_authenticated'),
  // Public routes: for pages of websites that the account does not list.
  ...when(scope !== 'open', 'permission_denied'),
  ...when(scope === 'public' || path.includes('{'), 'not_found'),
  ...when(body !== undefined, 'too_large', 'unsupported_media_type'),
  ...when(scope !== 'open', 'throttled'),
  ...errors,
  'error',
  'unavailable',
];

const when = (applies: boolean, ...codes: readonly ErrorCode[]): readonly ErrorCode[] => (applies ? codes : []);
