import ipaddr from 'ipaddr.js';

/** All addresses of IPv6 on the internet begin like this; what else looks like one may lead to an IPv4 address within. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address is one on the internet: not private, loopback, link-local (where AWS has its metadata), CGNAT,
 * multicast or reserved, and no IPv6 address that stands for an IPv4 one.
 */
export const isPublic = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(globalUnicast));
};
