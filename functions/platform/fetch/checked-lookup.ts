import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './address.ts';
import { fetchError } from './error.ts';
import type { Address, FetchSettings } from './fetch.ts';

/** Decides to which addresses a client may connect. */
export interface AddressCheck {
  /** Throws if a host is an IP address that is not allowed. Names are checked when they are resolved. */
  checkHost(host: string): void;
  /**
   * Resolves a host for a socket, which connects to exactly the addresses that were checked. This defeats DNS rebinding.
   */
  readonly lookup: LookupFunction;
}

export const addressCheck = ({
  allowsAddress = () => false,
  allowsLoopback = false,
  resolve = (host) => lookup(host, { all: true }),
}: Pick<FetchSettings, 'allowsAddress' | 'allowsLoopback' | 'resolve'>): AddressCheck => {
  const allows = (address: string): boolean =>
    isPublicAddress(address) || allowsAddress(address) || (allowsLoopback && isLoopbackAddress(address));

  /** A host with both public and private addresses is suspicious: refuse all of them. */
  const checkAddresses = (host: string, addresses: readonly Address[]): [Address, ...Address[]] => {
    const [first, ...others] = addresses;
    if (first === undefined) throw fetchError('unreachable', `${host} has no address.`);
    if (!addresses.every(({ address }) => allows(address))) throw forbiddenAddressError(host);
    return [first, ...others];
  };

  return {
    checkHost: (host) => {
      if (isIP(host) !== 0 && !allows(host)) throw forbiddenAddressError(host);
    },
    lookup: (host, { all }, callback) => {
      resolve(host)
        .then((addresses) => checkAddresses(host, addresses))
        .then(
          ([first, ...others]) =>
            all ? callback(null, [first, ...others]) : callback(null, first.address, first.family),
          (error) => callback(error, []),
        );
    },
  };
};

const forbiddenAddressError = (host: string): Error =>
  fetchError('forbiddenAddress', `${host} is not on the internet.`);
