/** The paths of pages. Tokens are in the path, not in the query, which logs and referrers keep. */
export const confirmPath = (account: string, token: string): string => `/pages/confirm/${account}/${token}`;
export const unsubscribePath = (account: string, token: string): string => `/pages/unsubscribe/${account}/${token}`;
export const preferencesPath = (account: string, token: string): string => `/pages/preferences/${account}/${token}`;
