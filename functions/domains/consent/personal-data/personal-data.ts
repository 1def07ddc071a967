import type { PersonalData } from '../../../model/personal-data/personal-data.ts';
import { consentPartitions, ledgersOfPerson, readChainEnds, readLedgerAddresses } from '../ledger/partitions.ts';
import { limitPartitions, readOptInsBefore } from '../opt-in/erase.ts';
import * as optIn from '../opt-in/store.ts';
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
      outlives: 'A keyed hash, which records that an address gets no confirmation mails.',
    },
  ],
  impersonalItems: [
    { entity: optIn.spentChallenges, reason: 'A solved challenge.' },
    { entity: optIn.wordings, reason: 'The text of a page, by its hash.' },
    { entity: suppressionJobs, reason: 'Counts, and the key of the shop that made the request.' },
  ],
  folders: [],
  export: {
    sections: [consent, listOptOuts, suppressions, bounces, wordings, confirmations, mailLimits],
    ledger,
  },
  erase: {
    findIdentifiers: readLedgerAddresses,
    findLedgerEnds: (person, deps) => readChainEnds(ledgersOfPerson(person, deps.account), deps),
    listPartitions: consentPartitions,
    namedItems: [
      {
        name: 'opt-ins',
        find: ({ startedAt, ...person }, deps) => readOptInsBefore({ ...person, before: startedAt }, deps),
      },
    ],
    listFirstPassPartitions: limitPartitions,
  },
};
