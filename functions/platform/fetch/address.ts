import ipaddr from 'ipaddr.js';

/** The range of public IPv6 addresses. Addresses outside of it can embed an IPv4 address. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address is public: not private, loopback, link-local (the AWS metadata endpoint), CGNAT, multicast or
 * reserved, and no IPv6 address that embeds an IPv4 address.
 */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(globalUnicast));
};

/** Whether an address is this machine. */
export const isLoopbackAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
