import { Command, InvalidArgumentError } from 'commander';
import { detach, stop } from '../lib/local/background.ts';
import { start } from '../lib/local/start.ts';

const toPort = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('it is no port');
  return port;
};

const program = new Command('local').description('Tributary on this machine, without AWS');
program
  .command('start')
  .description('start a local cloud and deploy to it')
  .option('--port <port>', 'of the local cloud, by default 4566 or a free one', toPort)
  .option('--api-port <port>', 'of the API, by default 8787 or a free one', toPort)
  .option('--no-demo', 'leave out the demo shop')
  .option('--detach', 'go on in the background')
  .option('--persist', 'keep what is stored for the next start with this option')
  .option('--sftp', 'with a server where files can be dropped by SFTP')
  .action(async ({ sftp = false, detach: inBackground = false, port, apiPort, demo, persist = false }) => {
    if (inBackground) await detach(process.argv.slice(1).filter((argument) => argument !== '--detach'));
    else await start({ port, apiPort, demo, persist, sftp });
  });
program.command('stop').description('end what was started').action(stop);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
