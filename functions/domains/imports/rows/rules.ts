import type { Account } from '../../../model/account.ts';
import type { BlockRules } from '../../../model/blocked.ts';

/** The rules of an account for its files. */
export type FileRules = BlockRules & Partial<Pick<Account, 'phoneCountry' | 'unprovedConsent'>>;
