import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { exportLedger, exportPage } from '../../../functions/domains/consent/ledger/export.ts';
import { type Verification, verifyAccount, verifyProfile } from '../../../functions/domains/consent/ledger/verify.ts';
import { htmlString } from '../../../functions/platform/html.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import type { Run } from '../deployment/command.ts';
import { profileIdOf } from './person.ts';
import { asOption, type SubjectKind } from './person-option.ts';

interface Asked {
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
    .description('what is recorded of consent, and whether it was tampered with');

  consent
    .command('verify')
    .description('check that no entry of the ledgers was changed, removed or moved; ends with 1 where one was')
    .option('--profile <person>', 'of one person')
    .addOption(asOption())
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account, profile, as }: Asked, { services, output }) => {
        const context = { ...services, account: await accountOrOnly(account, services) };
        const one = profile === undefined ? undefined : await profileIdOf(profile, as, context);
        const all = one === undefined ? verifyAccount(context) : [await verifyProfile(one, context)];
        const wrong: Verification[] = [];
        const count = { ledgers: 0, entries: 0 };
        for await (const verified of all) {
          count.ledgers += 1;
          count.entries += verified.entries;
          if (verified.faults.length > 0) wrong.push(verified);
        }
        if (wrong.length > 0) process.exitCode = 1;
        output.answer({ ...count, wrong }, report(count, wrong));
      }),
    );

  consent
    .command('export <person>')
    .description('all that was recorded of one person, with what proves it')
    .addOption(asOption())
    .addOption(new Option('--format <format>', 'to check or to read').choices(['json', 'html']).default('json'))
    .option('--out <file>', 'write it there')
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account, id: person = '', as, format, out }: Asked, { services, output }) => {
        const context = { ...services, account: await accountOrOnly(account, services) };
        const whole = await exportLedger(await profileIdOf(person, as, context), context);
        const text = format === 'html' ? htmlString(exportPage(whole)) : `${JSON.stringify(whole, null, 2)}\n`;
        if (out === undefined) output.answer(whole, text);
        else {
          // Personal data: for its owner's eyes alone.
          writeFileSync(out, text, { mode: 0o600 });
          output.answer({ file: out }, `Wrote ${out}.`);
        }
      }),
    );
};

const report = ({ ledgers, entries }: { ledgers: number; entries: number }, wrong: readonly Verification[]): string =>
  [
    `${entries} entries in ${ledgers} ledgers: ${wrong.length === 0 ? 'none was changed, removed or moved.' : `${wrong.length} ledgers are not what was recorded.`}`,
    ...wrong.flatMap(({ ledger, faults }) =>
      faults.map(({ kind, entry, detail }) => `${ledger}${entry === undefined ? '' : ` ${entry}`}: ${kind}. ${detail}`),
    ),
  ].join('\n');
