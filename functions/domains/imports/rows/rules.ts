import type { Account } from '../../../model/account.ts';
import type { BlockRules } from '../../../model/blocked.ts';

/** What an account says of the rows of its files. */
export type FileRules = BlockRules & Partial<Pick<Account, 'phoneCountry' | 'unprovedConsent'>>;
