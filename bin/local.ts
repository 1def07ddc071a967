import { Command, InvalidArgumentError } from 'commander';
import { detach, stop } from '../lib/local/background.ts';
import { start } from '../lib/local/start.ts';

const toPort = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('Write a port from 1 to 65535.');
  return port;
};

const program = new Command('local').description('Runs Tributary on this machine, without AWS');
program
  .command('start')
  .description('start the local cloud and deploy to it')
  .option('--port <port>', 'the port of the local cloud (default: 4566 or a free one)', toPort)
  .option('--api-port <port>', 'the port of the API (default: 8787 or a free one)', toPort)
  .option('--no-demo', 'do not add the demo shop')
  .option('--detach', 'run in the background')
  .option('--persist', 'keep the data for the next start with this option')
  .option('--sftp', 'start an SFTP server for uploads')
  .action(async ({ sftp = false, detach: inBackground = false, port, apiPort, demo, persist = false }) => {
    if (inBackground) await detach(process.argv.slice(1).filter((argument) => argument !== '--detach'));
    else await start({ port, apiPort, demo, persist, sftp });
  });
program.command('stop').description('stop the local cloud').action(stop);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
