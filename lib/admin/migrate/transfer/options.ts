import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readStack, stackFile } from '../../../local/stack/stack-file.ts';
import { localFolder } from '../../../process/environment.ts';
import { Advice } from '../../cli/advice.ts';
import type { Output } from '../../cli/output.ts';
import type { Endpoint } from './api-client.ts';
import type { Progress } from './run.ts';

export interface DestinationOptions {
  readonly to?: string;
  readonly toKey?: string;
  readonly stackFile?: string;
  readonly json?: boolean;
}

/** Adds the options that name the destination. */
export const withDestination = (command: Command): Command =>
  command
    .option('--to <url>', 'the API of the destination (default: the local cloud)')
    .option('--to-key <key>', 'a private key of the destination (default: that of the local cloud)');

export const destinationOf = ({ to, toKey, stackFile: file }: DestinationOptions): Endpoint => {
  if (to !== undefined && toKey !== undefined) return { url: to, key: toKey };
  if (to !== undefined || toKey !== undefined) throw new Advice('Name the destination with --to and --to-key.');
  const stack = readStack(file ?? stackFile);
  if (!stack) throw new Advice('No local cloud is running. Name the destination: --to https://… --to-key pk_…');
  return { url: stack.apiUrl, key: stack.apiKey };
};

/** Of different accounts, which have different keys, or of other files. */
export const stateFileOf = (...of: readonly unknown[]): string => {
  const hash = createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 12);
  return join(localFolder, `migration-${hash}.json`);
};

export const showProgress =
  (output: Output) =>
  ({ unit, number, of, counts, secondsLeft }: Progress): void => {
    const left = secondsLeft === undefined ? '' : `, about ${secondsLeft} s left`;
    const text = `${number} of ${of}, ${unit.name}: ${counts.read} read, ${counts.stored} stored${left}`;
    output.progress({ unit: unit.name, ...counts, seconds_left: secondsLeft ?? null }, text);
  };
