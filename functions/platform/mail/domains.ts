import { domainToASCII } from 'node:url';
import { openCache } from '../cache.ts';

/** What the DNS says of the domains that mail would go to. Nobody is connected to. */
export interface MailDomains {
  /** False where it is certain that none does: an answer that doesn't come, or is an error, is none. */
  takesMail(domain: string): Promise<boolean>;
}

const TRY_MS = 1_000;
const TRIES = 2;
/** For all questions on a domain together. */
const PATIENCE_MS = 3_000;

const CACHE = { ttlMs: 300_000, maxEntries: 1_000 } as const;

/** `servers` are addresses with ports, by default those of the machine. */
export const openMailDomains = (servers?: readonly string[]): MailDomains => {
  const cache = openCache<boolean | 'unknown'>({ ...CACHE, isCacheable: (takes) => takes !== 'unknown' });
  return {
    async takesMail(domain) {
      const name = domainToASCII(domain);
      return (await cache.get(name, new Date(), () => ask(name, servers))) !== false;
    },
  };
};

const ask = async (name: string, servers: readonly string[] | undefined): Promise<boolean | 'unknown'> => {
  // Few accounts ask: it is loaded with the first question.
  const { Resolver } = process.getBuiltinModule('node:dns').promises;
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers) resolver.setServers(servers);
  const patience = setTimeout(() => resolver.cancel(), PATIENCE_MS);
  try {
    const exchanges = await recordsOrReason(resolver.resolveMx(name));
    // A single exchange without a name says that there is none (RFC 7505).
    if (typeof exchanges !== 'string') return exchanges.some(({ exchange }) => exchange !== '' && exchange !== '.');
    if (exchanges !== 'none') return exchanges === 'absent' ? false : 'unknown';
    // Without exchanges mail goes to the host itself (RFC 5321, 5.1).
    const hosts = await Promise.all([
      recordsOrReason(resolver.resolve4(name)),
      recordsOrReason(resolver.resolve6(name)),
    ]);
    if (hosts.some((found) => typeof found !== 'string' && found.length > 0)) return true;
    return hosts.includes('unknown') ? 'unknown' : false;
  } finally {
    clearTimeout(patience);
  }
};

/** `absent`: there is no such domain. `none`: it has no such records. */
const recordsOrReason = async <Records>(answer: Promise<Records>): Promise<Records | 'absent' | 'none' | 'unknown'> => {
  try {
    return await answer;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTFOUND') return 'absent';
    return code === 'ENODATA' ? 'none' : 'unknown';
  }
};
