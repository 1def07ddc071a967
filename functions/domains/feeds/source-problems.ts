import { hasCredentials, isAllowedUrl } from '../../model/web/outgoing-url.ts';
import { ApiError, type Problem } from '../../platform/errors.ts';
import type { Context } from '../accounts/context.ts';
import type { Authentication, FeedSource } from './records/feed.ts';
import { FEEDS_PREFIX } from './records/sync.ts';

type Deps = Pick<Context, 'account' | 'settings'>;

interface Sourced {
  readonly source: FeedSource;
  /** `unknown`: whether it fits is not checked. */
  readonly authentication?: Pick<Authentication, 'kind'> | 'unknown' | undefined;
}

/** The folders from which a feed can read files: by S3, and by SFTP. */
const fileFolders = (account: string): readonly string[] => [`${FEEDS_PREFIX}${account}/files/`];

/** Throws all that is wrong with where a feed comes from and how it authenticates itself, and `more` with it. */
export const checkSource = (sourced: Sourced, context: Deps, more: readonly Problem[] = []): void => {
  const authentication = more.length > 0 ? 'unknown' : sourced.authentication;
  const problems = [...sourceProblems({ ...sourced, authentication }, context), ...more];
  if (problems.length > 0) throw new ApiError('invalid', problems);
};

/** Why a feed cannot be read from a source. */
export const sourceProblems = (sourced: Sourced, context: Deps): readonly Problem[] => {
  const detail = locationProblem(sourced.source, context);
  return [
    ...(detail === undefined ? [] : [{ detail, source: { pointer: '/data/attributes/source/location' } }]),
    ...credentialsProblems(sourced),
  ];
};

export const credentialsProblem = (detail: string): Problem => ({
  detail,
  source: { pointer: '/data/attributes/credentials' },
});

const locationProblem = (source: FeedSource, { account, settings }: Deps): string | undefined => {
  // What a location of SFTP has to be is checked where it is parsed. Its address is checked when it is connected.
  if (source.kind === 'sftp') return undefined;
  return source.kind === 'url' ? urlProblem(source.url, settings) : fileProblem(source.key, account);
};

const urlProblem = (text: string, settings: Deps['settings']): string | undefined => {
  const url = new URL(text);
  if (hasCredentials(url)) return 'The URL contains a user or a password. Use `credentials`.';
  return isAllowedUrl(url, settings) ? undefined : 'The URL must be https.';
};

const fileProblem = (key: string, account: string): string | undefined => {
  const folders = fileFolders(account);
  return folders.some((folder) => key.startsWith(folder)) && !key.includes('/../')
    ? undefined
    : `The key of a file must begin with '${folders[0]}'.`;
};

const credentialsProblems = ({ source, authentication }: Sourced): readonly Problem[] => {
  if (source.kind === 'file' || authentication === 'unknown') return [];
  const isLogin = authentication?.kind === 'password' || authentication?.kind === 'private_key';
  if (source.kind === 'sftp' && !isLogin)
    return [credentialsProblem('An SFTP server needs `credentials` of the kind `password` or `private_key`.')];
  if (source.kind === 'url' && isLogin)
    return [credentialsProblem('A URL takes `credentials` of the kind `basic` or `header`.')];
  return [];
};
