/** The partition of an account's jobs of one kind. Sorted by id, which is by age. */
export const privacyJobsPk = (account: string, kind: 'deletion' | 'access'): string =>
  `A#${account}#PRIVACYJOBS#${kind}`;
