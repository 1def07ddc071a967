import { ApiError, type Problem } from '../../../platform/errors.ts';
import type { SftpSource } from './feed.ts';
import { parseSftpLocation } from './sftp-location.ts';

/** The fingerprint of a server's key, as `ssh-keygen -l` prints it. Undefined if it is none. */
const parseHostKey = (text: string): string | undefined => {
  const [, digest] = /^(?:SHA256:)?([A-Za-z0-9+/]{43})=?$/.exec(text.trim()) ?? [];
  return digest === undefined ? undefined : `SHA256:${digest}`;
};

/** What is wrong with a fingerprint. */
export const hostKeyProblem = (text: string): string | undefined =>
  parseHostKey(text) === undefined
    ? 'It is no fingerprint such as SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU. Print it: ssh-keygen -l.'
    : undefined;

/** The source with a location, on a server with a key. Throws if either is none. */
export const sftpSource = (locationText: string, hostKeyText: string): SftpSource => {
  const location = parseSftpLocation(locationText);
  const hostKey = parseHostKey(hostKeyText);
  if (typeof location === 'string' || hostKey === undefined)
    throw new ApiError('invalid', [
      ...(typeof location === 'string' ? [problemAt('location', location)] : []),
      ...(hostKey === undefined ? [problemAt('host_key', hostKeyProblem(hostKeyText))] : []),
    ]);
  return { kind: 'sftp', ...location, hostKey };
};

const problemAt = (member: string, detail = ''): Problem => ({
  detail,
  source: { pointer: `/data/attributes/source/${member}` },
});
