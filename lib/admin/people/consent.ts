import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { exportLedger, exportPage } from '../../../functions/domains/consent/ledger/export.ts';
import { type Verification, verifyAccount, verifyProfile } from '../../../functions/domains/consent/ledger/verify.ts';
import { htmlString } from '../../../functions/platform/html.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import type { Run } from '../deployment/command.ts';
import { profileIdOf } from './person.ts';
import { asOption, type SubjectKind } from './person-option.ts';

interface ConsentOptions {
  readonly account?: string;
  readonly profile?: string;
  readonly as?: SubjectKind;
  readonly id?: string;
  readonly format: 'json' | 'html';
  readonly out?: string;
}

export const addConsent = (program: Command, run: Run): void => {
  const consent = program
    .command('consent')
    .description('export the proof of consent, and check that nobody tampered with it');

  consent
    .command('verify')
    .description('check that no ledger entry was changed, removed or moved; the exit code is 1 if one was')
    .option('--profile <person>', 'only this person')
    .addOption(asOption())
    .option(...ACCOUNT)
    .action(
      run(async ({ account, profile, as }: ConsentOptions, { services, output }) => {
        const context = await inAccount(account, services);
        const profileId = profile === undefined ? undefined : await profileIdOf(profile, as, context);
        const all = profileId === undefined ? verifyAccount(context) : [await verifyProfile(profileId, context)];
        const wrong: Verification[] = [];
        const counts = { ledgers: 0, entries: 0 };
        for await (const verification of all) {
          counts.ledgers += 1;
          counts.entries += verification.entries;
          if (verification.faults.length > 0) wrong.push(verification);
        }
        if (wrong.length > 0) process.exitCode = 1;
        output.answer({ ...counts, wrong }, report(counts, wrong));
      }),
    );

  consent
    .command('export <person>')
    .description('export the consent history of one person, with its proof')
    .addOption(asOption())
    .addOption(new Option('--format <format>', 'json to check, html to read').choices(['json', 'html']).default('json'))
    .option('--out <file>', 'write to this file instead of printing')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id: person = '', as, format, out }: ConsentOptions, { services, output }) => {
        const context = await inAccount(account, services);
        const ledger = await exportLedger(await profileIdOf(person, as, context), context);
        const text = format === 'html' ? htmlString(exportPage(ledger)) : `${JSON.stringify(ledger, null, 2)}\n`;
        if (out === undefined) output.answer(ledger, text);
        else {
          // Personal data: only the owner of the file may read it.
          writeFileSync(out, text, { mode: 0o600 });
          output.answer({ file: out }, `Wrote ${out}.`);
        }
      }),
    );
};

const report = ({ ledgers, entries }: { ledgers: number; entries: number }, wrong: readonly Verification[]): string =>
  [
    `${entries} entries in ${ledgers} ledgers: ${wrong.length === 0 ? 'none was changed, removed or moved.' : `${wrong.length} ledgers were tampered with.`}`,
    ...wrong.flatMap(({ ledger, faults }) =>
      faults.map(({ kind, entry, detail }) => `${ledger}${entry === undefined ? '' : ` ${entry}`}: ${kind}. ${detail}`),
    ),
  ].join('\n');
