import type { CheckScope } from '../../../model/account.ts';
import { inParallel } from '../../../platform/parallel.ts';
import type { Context } from '../../accounts/context.ts';

type Deps = Pick<Context, 'accountSettings' | 'caller' | 'mailDomains' | 'now'>;

export type RefusedDomain = 'disposable' | 'takes_no_mail';

const PARALLEL = 64;
/** A request has 29 seconds, and up to a thousand domains: those that were not asked for by then are let through. */
const PATIENCE_MS = 10_000;

/** The addresses that the account doesn't take, as far as it asks for that, and why. */
export const refusedAmong = async (
  emails: readonly string[],
  { accountSettings, caller, mailDomains, now }: Deps,
): Promise<ReadonlyMap<string, RefusedDomain>> => {
  const isAsked = (setting: CheckScope = 'off') =>
    setting === 'everywhere' || (setting === 'public' && caller.kind !== 'key');
  const refused = new Map<string, RefusedDomain>();
  const domains = [...new Set(emails.map(domainOf))];
  const found = new Map<string, RefusedDomain>();
  if (isAsked(accountSettings.refuseDisposable)) {
    const blocked = await disposable();
    for (const domain of domains)
      if (withParents(domain).some((one) => blocked.has(one))) found.set(domain, 'disposable');
  }
  if (isAsked(accountSettings.checkMailDomain)) {
    const open = domains.filter((domain) => !found.has(domain));
    const until = now().getTime() + PATIENCE_MS;
    await inParallel(open, PARALLEL, async (domain) => {
      if (now().getTime() < until && !(await mailDomains.takesMail(domain))) found.set(domain, 'takes_no_mail');
    });
  }
  for (const email of emails) {
    const why = found.get(domainOf(email));
    if (why) refused.set(email, why);
  }
  return refused;
};

const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1);

/** `a.b.example` is one of `b.example`'s. */
const withParents = (domain: string): string[] => {
  const labels = domain.split('.');
  return labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'));
};

let list: Promise<ReadonlySet<string>> | undefined;

/** Some nine thousand, loaded when an account first asks. */
const disposable = (): Promise<ReadonlySet<string>> => {
  // Bundled, a CommonJS package has its exports by `default` alone.
  list ??= import('disposable-email-domains-js').then(({ default: lists }) => lists.disposableEmailBlocklistSet());
  return list;
};
