/** Where a file is on an SFTP server. */
export interface SftpLocation {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  /** Absolute, or relative to the home of the user. */
  readonly path: string;
}

const SSH_PORT = 22;
const HOME = '/~/';
const EXAMPLE = 'sftp://user@files.example/feeds/products.xml';

/** Reads a location such as `sftp://user@files.example:22/feeds/products.xml`. Returns a text if that says what is wrong. */
export const parseSftpLocation = (text: string): SftpLocation | string => {
  const url = URL.parse(text);
  // By the rules of the web, which normalize names and addresses: a URL of another scheme keeps its host as it is.
  const web = URL.parse(text.replace(/^sftp:/i, 'https:'));
  if (url?.protocol !== 'sftp:' || !web) return `It is no location such as ${EXAMPLE}.`;
  if (url.password !== '') return 'The location contains a password. Use `credentials`.';
  if (url.search !== '' || url.hash !== '')
    return 'The location has a query or a fragment. Write ? as %3F, and # as %23.';
  const [user, path] = [decoded(url.username), decoded(url.pathname)];
  if (user === undefined || path === undefined) return 'The location has a % that begins no encoded character.';
  if (user === '') return `The location names no user. Write it as ${EXAMPLE}.`;
  if (/\p{Cc}/u.test(user + path)) return 'The location has control characters.';
  if (path === '' || path.endsWith('/')) return 'The location names no file.';
  const port = url.port === '' ? SSH_PORT : Number(url.port);
  if (port === 0) return 'The port is 0.';
  const host = web.hostname.replace(/^\[|\]$/g, '');
  return { user, host, port, path: path.startsWith(HOME) ? path.slice(HOME.length) : path };
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** The location as a caller writes it. */
export const sftpLocation = ({ user, host, port, path }: SftpLocation): string => {
  const named = path.startsWith('/') ? path : `${HOME}${path}`;
  const server = `${host.includes(':') ? `[${host}]` : host}${port === SSH_PORT ? '' : `:${port}`}`;
  return `sftp://${encodeURIComponent(user)}@${server}${named.split('/').map(encodeURIComponent).join('/')}`;
};
