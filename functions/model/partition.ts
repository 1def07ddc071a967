/** Everything of one person stands in this partition, but for the ledger: other domains put their items beside the profile. */
export const profilePk = (account: string, profileId: string): string => `A#${account}#P#${profileId}`;
