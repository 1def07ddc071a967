/**
 * The partition of everything about one profile, except for the ledger. Other domains put their items beside the
 * profile.
 */
export const profilePk = (account: string, profileId: string): string => `A#${account}#P#${profileId}`;
