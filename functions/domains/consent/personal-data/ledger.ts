import type { LedgerDocument } from '../../../model/personal-data/ledger-document.ts';
import { exportLedgers, exportPage } from '../ledger/export.ts';
import { ledgersOfPerson } from '../ledger/partitions.ts';

export const ledger: LedgerDocument = {
  name: 'consent-ledger',
  title: 'The ledger',
  heading: 'The ledger of your consent',
  nameInText: 'ledger of consent',
  about:
    'Every recorded change of your consent: when, how, from where and what you were shown, with hashes that prove that nothing was changed since.',
  read: async (person, deps) => {
    const json = await exportLedgers(ledgersOfPerson(person, deps.account), person.profileIds[0] ?? '–', deps);
    return { json, page: exportPage(json), entries: json.ledgers.reduce((sum, { entries }) => sum + entries, 0) };
  },
};
