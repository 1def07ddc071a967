/** Whether a URL names this machine. */
export const isLoopbackUrl = (url: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(url).hostname);
