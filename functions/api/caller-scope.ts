import { allowsScope } from '../model/account.ts';
import type { Caller } from '../platform/http/context.ts';

/** Whether a caller has a key with a scope. */
export const hasScope = (caller: Caller, scope: string): boolean =>
  caller.kind === 'key' && allowsScope(caller.scopes, scope);
