/** The base of all URLs, without a slash at the end. */
export const baseOf = (url: string): string => url.replace(/\/+$/, '');
