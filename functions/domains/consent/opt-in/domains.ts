import type { CheckScope } from '../../../model/account.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';

type Deps = Pick<Context, 'accountSettings' | 'caller' | 'mailDomains' | 'now'>;

export type RefusedDomain = 'disposable' | 'takes_no_mail';

const PARALLEL = 64;
/** A request has 29 seconds, and up to a thousand domains. Domains that were not looked up in time are accepted. */
const LOOKUP_BUDGET_MS = 10_000;

/** Finds e-mail addresses whose domain the account refuses, with the reason. */
export const findRefusedEmails = async (
  emails: readonly string[],
  { accountSettings, caller, mailDomains, now }: Deps,
): Promise<ReadonlyMap<string, RefusedDomain>> => {
  const isEnabled = (setting: CheckScope = 'off') =>
    setting === 'everywhere' || (setting === 'public' && caller.kind !== 'key');
  const refused = new Map<string, RefusedDomain>();
  const domains = [...new Set(emails.map(domainOf))];
  const refusedDomains = new Map<string, RefusedDomain>();
  if (isEnabled(accountSettings.refuseDisposable)) {
    const blocked = await loadDisposableDomains();
    for (const domain of domains)
      if (withParents(domain).some((one) => blocked.has(one))) refusedDomains.set(domain, 'disposable');
  }
  if (isEnabled(accountSettings.checkMailDomain)) {
    const unchecked = domains.filter((domain) => !refusedDomains.has(domain));
    const until = now().getTime() + LOOKUP_BUDGET_MS;
    await inParallel(unchecked, PARALLEL, async (domain) => {
      if (now().getTime() < until && !(await mailDomains.takesMail(domain)))
        refusedDomains.set(domain, 'takes_no_mail');
    });
  }
  for (const email of emails) {
    const reason = refusedDomains.get(domainOf(email));
    if (reason) refused.set(email, reason);
  }
  return refused;
};

const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1);

/** The domain and its parents: `a.b.example` also matches `b.example`. */
const withParents = (domain: string): string[] => {
  const labels = domain.split('.');
  return labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'));
};

let disposableDomains: Promise<ReadonlySet<string>> | undefined;

/** Loads the list of about nine thousand domains, on first use. */
const loadDisposableDomains = (): Promise<ReadonlySet<string>> => {
  // In a bundle, a CommonJS package has a default export only.
  disposableDomains ??= import('disposable-email-domains-js').then(({ default: lists }) =>
    lists.disposableEmailBlocklistSet(),
  );
  return disposableDomains;
};
