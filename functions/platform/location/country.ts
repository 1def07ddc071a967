import * as v from 'valibot';
import { openCache } from '../cache.ts';

const Entry = v.object({ country_code: v.string() });

/** A process reads its database once. */
const databases = openCache<{ readonly get: (ip: string) => unknown }>({
  ttlMs: Number.POSITIVE_INFINITY,
  maxEntries: 1,
});

/**
 * The country of an IP address, as an ISO 3166 code such as `DE`. Undefined for addresses that the database does not
 * have. Reads a file of the deployment: no address leaves the function.
 */
export const countryOfIp = async (
  ip: string,
  { path, now }: { readonly path: string; readonly now: Date },
): Promise<string | undefined> => {
  const database = await databases.get(path, now, async () => {
    const { Reader } = await import('mmdb-lib');
    return new Reader(process.getBuiltinModule('node:fs').readFileSync(path));
  });
  try {
    const { success, output } = v.safeParse(Entry, database.get(ip));
    return success ? output.country_code : undefined;
  } catch {
    // The library throws for what is no address.
    return undefined;
  }
};
