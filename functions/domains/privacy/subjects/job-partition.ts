/** The partition that lists an account's jobs of one kind by their ids, which is by age. */
export const privacyJobsPk = (account: string, kind: 'deletion' | 'access'): string =>
  `A#${account}#PRIVACYJOBS#${kind}`;
