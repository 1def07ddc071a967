import type { Account } from '../accounts/account.ts';
import type { BlockRules } from '../profiles/blocked.ts';

/** What an account says of the rows of its files. */
export type FileRules = BlockRules & Partial<Pick<Account, 'phoneCountry' | 'unprovedConsent'>>;
