import { BlockList, isIP } from 'node:net';
import * as v from 'valibot';
import type { ApiKey } from '../../../model/account.ts';
import { includesOrigin, WebsiteOrigin } from '../../../model/web/website-origin.ts';
import { ApiError } from '../../../platform/errors.ts';

const MAX_NETWORKS = 50;

/** What restricts the use of a key. */
export type KeyRules = Pick<ApiKey, 'networks' | 'origins' | 'endsAt' | 'limits'>;

/** @throws ApiError `invalid` with every problem, those of the caller too */
export const checkKeyRules = (
  { networks = [], origins = [], endsAt }: KeyRules,
  now: Date,
  others: readonly string[] = [],
): void => {
  const problems = [
    ...others,
    ...networks.flatMap((one) =>
      subnetOf(one) ? [] : [`'${one}' is no network. Write 203.0.113.7 or 2001:db8::/32.`],
    ),
    ...(networks.length > MAX_NETWORKS ? [`${networks.length} networks; at most ${MAX_NETWORKS} are allowed.`] : []),
    ...origins.flatMap((one) => v.safeParse(WebsiteOrigin, one).issues?.map(({ message }) => message) ?? []),
    ...(endsAt !== undefined && !(new Date(endsAt) > now)
      ? [`A key cannot expire at '${endsAt}'. Write a time in the future, such as 2030-01-31T00:00:00Z.`]
      : []),
  ];
  if (problems.length > 0)
    throw new ApiError(
      'invalid',
      problems.map((detail) => ({ detail })),
    );
};

interface Sender {
  readonly ip: string;
  /** The `Origin` header. */
  readonly origin: string | undefined;
  readonly now: Date;
}

/**
 * Refuses a key outside its rules.
 *
 * @throws ApiError `not_authenticated` if it expired, `permission_denied` for another network or website
 */
export const requireKeyRules = ({ networks, origins, endsAt }: KeyRules, { ip, origin, now }: Sender): void => {
  if (endsAt !== undefined && new Date(endsAt) <= now)
    throw new ApiError('not_authenticated', {
      detail: `This key expired at ${endsAt}. Replace it: npm run admin -- keys rotate.`,
      source: { header: 'authorization' },
    });
  if (networks && !isInNetworks(ip, networks))
    throw new ApiError('permission_denied', {
      detail: `This key may not be used from ${ip}. Add the network: npm run admin -- keys change --network.`,
    });
  if (origins && origin !== undefined && !includesOrigin(origins, origin))
    throw new ApiError('permission_denied', {
      detail: `This key may not be used by pages of ${origin.slice(0, 100)}. Add the origin: npm run admin -- keys change --origin.`,
      source: { header: 'origin' },
    });
};

/** Whether networks such as `203.0.113.0/24` or single addresses have this one. */
export const isInNetworks = (ip: string, networks: readonly string[]): boolean => {
  const list = lists.get(networks) ?? listOf(networks);
  lists.set(networks, list);
  // An IPv4 caller may be seen as ::ffff:203.0.113.7, which a BlockList takes for the same.
  return isIP(ip) !== 0 && list.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
};

/** A process keeps a key for a minute, and its networks with it. */
const lists = new WeakMap<readonly string[], BlockList>();

const listOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const one of networks) {
    const subnet = subnetOf(one);
    if (subnet) list.addSubnet(subnet.address, subnet.bits, subnet.family);
  }
  return list;
};

const subnetOf = (text: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined => {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return undefined;
  const most = version === 4 ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const bits = length === undefined ? most : Number(length);
  return bits <= most ? { address, bits, family: version === 4 ? 'ipv4' : 'ipv6' } : undefined;
};
