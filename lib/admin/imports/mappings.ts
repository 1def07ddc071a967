import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { textOf } from '../../../functions/domains/imports/csv/encoding.ts';
import { type Kind, kinds } from '../../../functions/domains/imports/kinds/names.ts';
import {
  changeMapping,
  getMapping,
  listMappings,
  makeMapping,
  mappingOfHeaders,
  removeMapping,
} from '../../../functions/domains/imports/mappings/actions.ts';
import { parseMapping } from '../../../functions/domains/imports/mappings/parse.ts';
import type { SavedMapping } from '../../../functions/domains/imports/mappings/saved-mapping.ts';
import { ACCOUNT, inAccount } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { mappingJson } from '../cli/api-json.ts';
import { readLocalFile } from '../cli/local-file.ts';
import { formatTable } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { readHeaders } from './file-headers.ts';

interface MappingCommandOptions {
  readonly account?: string;
  readonly id?: string;
}

interface SaveOptions extends MappingCommandOptions {
  readonly for: string;
  readonly as: Kind;
  readonly name?: string;
}

const PAGE = 100;

export const addMappings = (program: Command, run: Run): void => {
  const mappings = program
    .command('mappings')
    .description('manage saved mappings: the fields of columns, for files with certain headers');

  mappings
    .command('list')
    .description('list saved mappings')
    .option(...ACCOUNT)
    .action(
      run(async ({ account }: MappingCommandOptions, { services, output }) => {
        const all = await readAllMappings(await inAccount(account, services));
        output.answer(all.map(mappingJson), formatTable(all.map(summary)));
        if (all.length === 0)
          output.note(
            'There is no saved mapping yet. Save one: npm run admin -- mappings save people.mapping.json --for people.csv --as profiles',
          );
      }),
    );

  mappings
    .command('save <file>')
    .description('save a mapping for all files with the headers of a CSV file, or replace it')
    .requiredOption('--for <csv>', 'a file with these headers; a few rows are enough')
    .addOption(new Option('--as <kind>', 'what its rows are').choices([...kinds]).makeOptionMandatory())
    .option('--name <name>', 'the name of the mapping (default: that of the mapping file)')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id: file = '', for: csv, as: kind, name }: SaveOptions, { services, output, record }) => {
        const context = await inAccount(account, services);
        const mapping = parseMapping(textOf(readLocalFile(file)), kind);
        if ('problem' in mapping) throw new Advice(`${file} ${mapping.problem}`);
        const values = { name: name ?? basename(file).replace(/(\.mapping)?\.json$/i, ''), mapping };
        const headers = await readHeaders(readLocalFile(csv), mapping);
        const existing = await mappingOfHeaders({ kind, headers }, context);
        const saved = await record(context.account, {
          action: existing ? 'update' : 'create',
          type: 'import-mapping',
          id: existing?.id,
          before: existing && { ...existing },
          run: () =>
            existing ? changeMapping(existing.id, values, context) : makeMapping({ kind, headers, ...values }, context),
          after: (mapping) => ({ id: mapping.id, values: { ...mapping } }),
        });
        output.answer(mappingJson(saved), saved.id);
        output.note(
          `\n${existing ? 'Replaced' : 'Saved'}. It applies to ${kind} files with these headers, unless a mapping file is beside them: ${headers.join(', ')}`,
        );
      }),
    );
  addRemove(mappings, run);
};

const addRemove = (mappings: Command, run: Run): void => {
  mappings
    .command('remove <id>')
    .description('remove a saved mapping; running imports still use it')
    .option(...ACCOUNT)
    .action(
      run(async ({ account, id = '' }: MappingCommandOptions, { services, output, record }) => {
        const context = await inAccount(account, services);
        await record(context.account, {
          action: 'delete',
          type: 'import-mapping',
          id,
          before: { ...(await getMapping(id, context)) },
          run: () => removeMapping(id, context),
          after: () => ({}),
        });
        output.answer({ id, removed: true }, `Removed ${id}.`);
      }),
    );
};

const readAllMappings = async (context: Parameters<typeof listMappings>[1]): Promise<SavedMapping[]> => {
  const all: SavedMapping[] = [];
  for (let after: string | undefined; ; ) {
    const { items, next } = await listMappings({ size: PAGE, ...(after !== undefined && { after }) }, context);
    all.push(...items);
    if (next === undefined) return all;
    after = next;
  }
};

const summary = ({ id, kind, name, headers, updated }: SavedMapping) => {
  const text = headers.join(', ');
  return { id, kind, name, changed: updated, headers: text.length > 60 ? `${text.slice(0, 59)}…` : text };
};
