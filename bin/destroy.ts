import { Command } from 'commander';
import { destroy } from '../lib/destroy/destroy.ts';
import { ask } from '../lib/terminal/confirm.ts';

const terminal = { input: process.stdin, output: process.stdout };
const askHere = (question: string): Promise<string> =>
  ask(question, terminal, 'Nothing was deleted. Add --yes to delete without a question.');

const program = new Command('destroy')
  .description('delete a deployment from AWS: its functions and API, and with --with-data all its data')
  .option('--stack <name>', 'the deployment, by its setting `name`', 'Tributary')
  .option('--only-sftp', 'delete only the SFTP server', false)
  .option('--with-data', 'delete the table and the buckets too', false)
  .option('--yes', 'do not ask for confirmation', false)
  .option('--region <region>', 'the AWS region (default: that of the environment or the profile)')
  .option('--profile <profile>', 'a profile of ~/.aws/config')
  .action(({ stack: name, yes, ...options }) =>
    destroy({ ...options, name, print: console.log, ask: yes ? async () => name : askHere }),
  );

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
