const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** Whether requests may go to a URL: over TLS, or to this machine where the settings allow it. */
export const isAllowedUrl = (
  { protocol, hostname }: URL,
  { reachesLoopback = false }: { readonly reachesLoopback?: boolean },
): boolean => protocol === 'https:' || (reachesLoopback && LOOPBACK.test(hostname));

/** Whether a URL contains a user or a password. */
export const hasCredentials = ({ username, password }: URL): boolean => username !== '' || password !== '';
