import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import * as v from 'valibot';
import { Advice } from '../../cli/advice.ts';
import { formatTable, openOutput } from '../../cli/output.ts';
import { openApiClient } from '../transfer/api-client.ts';
import { importDestination } from '../transfer/destination.ts';
import {
  type DestinationOptions,
  destinationOf,
  showProgress,
  stateFileOf,
  withDestination,
} from '../transfer/options.ts';
import { migrate } from '../transfer/run.ts';
import { noCounts, openState, saveState } from '../transfer/state.ts';
import { listmonkSource } from './listmonk.ts';
import { importAudience } from './mailchimp.ts';
import { type SentCalls, sendCalls } from './segment.ts';

interface FileOptions extends DestinationOptions {
  readonly list?: string;
}

export const addFileMigrations = (migrations: Command): void => {
  withDestination(migrations.command('mailchimp <files...>'))
    .description('the files of Export Audience, unpacked: cleaned, unsubscribed, subscribed and nonsubscribed contacts')
    .option('--list <name>', 'the list that subscribed contacts join')
    .action(async (files: readonly string[], _: object, own: Command) => {
      const options = own.optsWithGlobals<FileOptions>();
      requireFiles(files);
      const api = openApiClient(destinationOf(options));
      const done = await importAudience(files, { api, list: options.list });
      if (done.some(({ failed }) => failed > 0)) process.exitCode = 1;
      openOutput(options.json ?? false).answer(done, formatTable(done.map((one) => ({ ...one }))));
    });

  withDestination(migrations.command('listmonk <files...>'))
    .description(
      'the export of subscribers as CSV, or answers of GET /api/subscribers as JSON, which have the lists too',
    )
    .action(async (files: readonly string[], _: object, own: Command) => {
      const options = own.optsWithGlobals<FileOptions>();
      requireFiles(files);
      await moveSubscribers(files, options);
    });

  withDestination(migrations.command('segment <files...>'))
    .description('raw calls, one JSON object a line, also compressed (.gz)')
    .action(async (files: readonly string[], _: object, own: Command) => {
      const options = own.optsWithGlobals<FileOptions>();
      requireFiles(files);
      await moveCalls(files, options);
    });
};

const requireFiles = (files: readonly string[]): void => {
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Advice(`There is no file ${missing.join(', ')}.`);
};

const moveSubscribers = async (files: readonly string[], options: FileOptions): Promise<void> => {
  const output = openOutput(options.json ?? false);
  const to = destinationOf(options);
  const file = stateFileOf('listmonk', files, to);
  const source = listmonkSource(files);
  const { units, failedImports } = await migrate(openState(file, source.name, to.url), {
    source,
    destination: importDestination(openApiClient(to)),
    save: (state) => saveState(file, state),
    onProgress: showProgress(output),
  });
  rmSync(file, { force: true });
  output.endProgress();
  const rows = files.map((one) => ({ file: one, ...(units[one] ?? noCounts) }));
  if (rows.some(({ failed }) => failed > 0)) process.exitCode = 1;
  output.answer({ files: rows, failedImports }, formatTable(rows));
  for (const id of failedImports) output.note(`Failed rows: npm run admin -- imports rows ${id} --out failed.csv`);
};

const Lines = v.record(v.string(), v.number());

/** A later run skips the lines of each file that are done. */
const moveCalls = async (files: readonly string[], options: FileOptions): Promise<void> => {
  const output = openOutput(options.json ?? false);
  const to = destinationOf(options);
  const state = stateFileOf('segment', files, to);
  let lines = existsSync(state) ? v.parse(v.pipe(v.string(), v.parseJson(), Lines), readFileSync(state, 'utf8')) : {};
  const api = openApiClient({ ...to, protocol: 'segment' });
  const done: SentCalls[] = [];
  for (const file of files) {
    const onBatch = (count: number): void => {
      lines = { ...lines, [file]: count };
      mkdirSync(dirname(state), { recursive: true });
      writeFileSync(`${state}.new`, JSON.stringify(lines));
      renameSync(`${state}.new`, state);
      output.progress({ file, lines: count }, `${file}: ${count} lines`);
    };
    done.push(await sendCalls(file, { api, skip: lines[file] ?? 0, onBatch }));
  }
  rmSync(state, { force: true });
  output.endProgress();
  if (done.some(({ rejected, unreadable }) => rejected + unreadable > 0)) process.exitCode = 1;
  const rows = done.map(({ reasons: _, ...counts }) => counts);
  output.answer(done, [formatTable(rows), ...done.flatMap(({ reasons }) => reasons)].join('\n'));
};
