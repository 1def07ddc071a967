import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { textOf } from '../../../functions/domains/imports/csv/encoding.ts';
import { type Kind, kinds } from '../../../functions/domains/imports/kinds/names.ts';
import {
  changeMapping,
  listMappings,
  makeMapping,
  mappingOfHeaders,
  removeMapping,
} from '../../../functions/domains/imports/mappings/actions.ts';
import { parseMapping } from '../../../functions/domains/imports/mappings/parse.ts';
import type { SavedMapping } from '../../../functions/domains/imports/mappings/saved.ts';
import { accountOrOnly } from '../cli/account-option.ts';
import { Advice } from '../cli/advice.ts';
import { mappingJson } from '../cli/api-json.ts';
import { contentOf } from '../cli/local-file.ts';
import { columns } from '../cli/output.ts';
import type { Run } from '../deployment/command.ts';
import { headersOf } from './file-headers.ts';

interface Named {
  readonly account?: string;
  readonly id?: string;
}

interface Saving extends Named {
  readonly for: string;
  readonly as: Kind;
  readonly name?: string;
}

const PAGE = 100;

export const addMappings = (program: Command, run: Run): void => {
  const mappings = program.command('mappings').description('what the columns of files with certain headers are');

  mappings
    .command('list')
    .description('list saved mappings')
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account }: Named, { services, output }) => {
        const found = await allOf({ ...services, account: await accountOrOnly(account, services) });
        output.answer(found.map(mappingJson), columns(found.map(summary)));
        if (found.length === 0)
          output.note(
            'There is none. Save one: npm run admin -- mappings save people.mapping.json --for people.csv --as profiles',
          );
      }),
    );

  mappings
    .command('save <file>')
    .description('save a mapping for all files with the headers of one; the same again replaces it')
    .requiredOption('--for <csv>', 'a file with these headers; a few rows will do')
    .addOption(new Option('--as <kind>', 'what its rows are').choices([...kinds]).makeOptionMandatory())
    .option('--name <name>', 'what it is called, by default as the mapping file')
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account, id: file = '', for: csv, as: kind, name }: Saving, { services, output }) => {
        const context = { ...services, account: await accountOrOnly(account, services) };
        const mapping = parseMapping(textOf(contentOf(file)), kind);
        if ('problem' in mapping) throw new Advice(`${file} ${mapping.problem}`);
        const said = { name: name ?? basename(file).replace(/(\.mapping)?\.json$/i, ''), mapping };
        const headers = await headersOf(contentOf(csv), mapping);
        const known = await mappingOfHeaders({ kind, headers }, context);
        const saved = known
          ? await changeMapping(known.id, said, context)
          : await makeMapping({ kind, headers, ...said }, context);
        output.answer(mappingJson(saved), saved.id);
        output.note(
          `\n${known ? 'Replaced' : 'Saved'}. Files of ${kind} with these headers are read by it, unless a mapping lies beside them: ${headers.join(', ')}`,
        );
      }),
    );

  mappings
    .command('remove <id>')
    .description('remove a saved mapping; imports that have begun go on with it')
    .option('--account <id>', 'by default the only one there is')
    .action(
      run(async ({ account, id = '' }: Named, { services, output }) => {
        await removeMapping(id, { ...services, account: await accountOrOnly(account, services) });
        output.answer({ id, removed: true }, `Removed ${id}.`);
      }),
    );
};

const allOf = async (context: Parameters<typeof listMappings>[1]): Promise<SavedMapping[]> => {
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
