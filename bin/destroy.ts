import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { destroy } from '../lib/destroy/destroy.ts';

const ask = async (question: string): Promise<string> => {
  if (!process.stdin.isTTY) throw new Error('Nobody can be asked here, so nothing was deleted. --yes asks nobody.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
};

const program = new Command('destroy')
  .description('delete a deployment from AWS: what runs, and with --with-data all that it holds')
  .option('--stack <name>', 'the deployment, as its setting `name`', 'Tributary')
  .option('--only-sftp', 'delete the SFTP server alone', false)
  .option('--with-data', 'delete the table and the buckets too', false)
  .option('--yes', 'ask nobody', false)
  .option('--region <region>', 'by default that of the environment or the profile')
  .option('--profile <profile>', 'of ~/.aws/config')
  .action(({ stack: name, yes, ...options }) =>
    destroy({ ...options, name, tell: console.log, ask: yes ? async () => name : ask }),
  );

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
