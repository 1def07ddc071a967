import type { Command } from 'commander';
import { addFileMigrations } from './files/commands.ts';
import { addKlaviyo } from './klaviyo/command.ts';

export const addMigrate = (program: Command): void => {
  const migrations = program
    .command('migrate')
    .description('move in from Klaviyo or another deployment by its API, or from files of other products');
  addKlaviyo(migrations);
  addFileMigrations(migrations);
};
