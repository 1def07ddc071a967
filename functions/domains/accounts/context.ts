import type { Account } from '../../model/account.ts';
import type { RequestContext } from '../../platform/http/context.ts';

/** What a handler gets: the services, the request and the settings of the caller's account. */
export interface Context extends RequestContext {
  readonly accountSettings: Account;
}
