import { allowsScope } from '../model/account.ts';
import { ApiError } from '../platform/errors.ts';
import type { Caller } from '../platform/http/context.ts';

/** Whether a caller has a key with a scope. */
export const hasScope = (caller: Caller, scope: string): boolean =>
  caller.kind === 'key' && allowsScope(caller.scopes, scope);

/** For a route that needs another scope besides its own. @throws ApiError `permission_denied` */
export const requireScope = (caller: Caller, scope: string): void => {
  if (!hasScope(caller, scope)) throw missingScopeError(scope);
};

export const missingScopeError = (scope: string): ApiError =>
  new ApiError('permission_denied', {
    detail: `This key lacks the scope ${scope}. Create a key that has it: npm run admin -- keys create --scope ${scope}.`,
  });
