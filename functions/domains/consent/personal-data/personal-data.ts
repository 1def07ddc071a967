import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { addressesInLedger, consentPartitions, endsOf, ledgersOf } from '../ledger/partitions.ts';
import { limitPartitions, optInsOf } from '../opt-in/erase.ts';
import * as optIn from '../opt-in/pending.ts';
import * as store from '../records/store.ts';
import { suppressionJobs } from '../suppressions/job.ts';
import { bounces, consent, listOptOuts, suppressions, wordings } from './consent-sections.ts';
import { ledger } from './ledger.ts';
import { confirmations, mailLimits } from './mail-sections.ts';

export const personalData: PersonalData = {
  items: [
    { entity: store.consents, section: 'consent' },
    { entity: store.listOptOuts, section: 'list-opt-outs' },
    { entity: store.suppressions, section: 'suppressions' },
    { entity: store.softBounces, section: 'bounces' },
    { entity: store.ledger, section: 'consent-ledger' },
    { entity: store.listLedger, section: 'consent-ledger' },
    { entity: store.suppressionLedger, section: 'consent-ledger' },
    { entity: store.chainHeads, section: 'consent-ledger' },
    { entity: optIn.pendingOptIns, section: 'confirmations' },
    { entity: optIn.confirmedOptIns, section: 'other' },
    {
      entity: optIn.limitCounts,
      section: 'mail-limits',
      outlives: 'That somebody wants no confirmation mail, by a keyed hash.',
    },
  ],
  impersonalItems: [
    { entity: optIn.spentChallenges, reason: 'A puzzle that was solved.' },
    { entity: optIn.wordings, reason: 'The text of a page, by its hash.' },
    { entity: suppressionJobs, reason: 'Counts, and who asked: a key of the shop.' },
  ],
  folders: [],
  export: {
    sections: [consent, listOptOuts, suppressions, bounces, wordings, confirmations, mailLimits],
    ledger,
  },
  erase: {
    findIdentifiers: addressesInLedger,
    findLedgerEnds: (person, deps) => endsOf(ledgersOf(person, deps.account), deps),
    listPartitions: consentPartitions,
    namedItems: [
      { name: 'opt-ins', find: ({ startedAt, ...person }, deps) => optInsOf({ ...person, before: startedAt }, deps) },
    ],
    listFirstPassPartitions: limitPartitions,
  },
};
