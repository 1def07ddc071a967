import { domainToASCII } from 'node:url';
import { openCache } from '../cache.ts';

/** Checks in the DNS whether domains accept mail. Never connects to them. */
export interface MailDomains {
  /** Returns false only if the domain certainly accepts no mail. Timeouts and errors of the DNS count as true. */
  takesMail(domain: string): Promise<boolean>;
}

const TIMEOUT_MS = 1_000;
const TRIES = 2;
/** The limit for all queries about one domain. */
const TOTAL_MS = 3_000;

const CACHE = { ttlMs: 300_000, maxEntries: 1_000 } as const;

/** `servers` are addresses with ports. @default those of the machine */
export const openMailDomains = (servers?: readonly string[]): MailDomains => {
  const cache = openCache<boolean | 'unknown'>({ ...CACHE, isCacheable: (result) => result !== 'unknown' });
  return {
    async takesMail(domain) {
      const name = domainToASCII(domain);
      return (await cache.get(name, new Date(), () => lookUp(name, servers))) !== false;
    },
  };
};

const lookUp = async (name: string, servers: readonly string[] | undefined): Promise<boolean | 'unknown'> => {
  // Few accounts use this: the module is loaded on first use.
  const { Resolver } = process.getBuiltinModule('node:dns').promises;
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers) resolver.setServers(servers);
  const timer = setTimeout(() => resolver.cancel(), TOTAL_MS);
  try {
    const exchanges = await resolveRecords(resolver.resolveMx(name));
    // A single exchange with an empty name means that the domain accepts no mail (RFC 7505).
    if (typeof exchanges !== 'string') return exchanges.some(({ exchange }) => exchange !== '' && exchange !== '.');
    if (exchanges !== 'none') return exchanges === 'absent' ? false : 'unknown';
    // Without MX records, mail goes to the host itself (RFC 5321, 5.1).
    const hostRecords = await Promise.all([
      resolveRecords(resolver.resolve4(name)),
      resolveRecords(resolver.resolve6(name)),
    ]);
    if (hostRecords.some((records) => typeof records !== 'string' && records.length > 0)) return true;
    return hostRecords.includes('unknown') ? 'unknown' : false;
  } finally {
    clearTimeout(timer);
  }
};

/** `absent`: the domain does not exist. `none`: it has no such records. */
const resolveRecords = async <Records>(answer: Promise<Records>): Promise<Records | 'absent' | 'none' | 'unknown'> => {
  try {
    return await answer;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTFOUND') return 'absent';
    return code === 'ENODATA' ? 'none' : 'unknown';
  }
};
