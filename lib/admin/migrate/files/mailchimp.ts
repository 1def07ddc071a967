import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { Advice } from '../../cli/advice.ts';
import type { ApiClient } from '../transfer/api-client.ts';
import { importFile } from '../transfer/import-file.ts';

/** The states of contacts that Mailchimp exports a file for. Suppressions and opt-outs come first. */
const states = ['cleaned', 'unsubscribed', 'subscribed', 'nonsubscribed'] as const;

/** What became of one file. */
export interface ImportedFile {
  readonly file: string;
  readonly stored: number;
  readonly failed: number;
  readonly job: string;
}

const stateOf = (file: string) => states.find((state) => basename(file).toLowerCase().startsWith(`${state}_`));

/**
 * Imports the files of an audience as they are: imports know Mailchimp's columns, and the state by the file's name.
 * Subscribers join the list, if one is named.
 */
export const importAudience = async (
  files: readonly string[],
  { api, list }: { readonly api: ApiClient; readonly list?: string | undefined },
): Promise<ImportedFile[]> => {
  const unknown = files.filter((file) => !stateOf(file));
  if (unknown.length > 0)
    throw new Advice(
      `The name of a file tells the state of its contacts, and must begin with ${states.map((state) => `${state}_`).join(', ')}: ${unknown.join(', ')}`,
    );
  const done: ImportedFile[] = [];
  for (const state of states)
    for (const file of files.filter((one) => stateOf(one) === state)) {
      const content = await openAsBlob(file);
      const mapping = state === 'subscribed' && list !== undefined ? { mapping: { list } } : {};
      const { id, stored, failed } = await importFile(
        { kind: 'profiles', name: basename(file), content, ...mapping },
        api,
      );
      done.push({ file, stored, failed, job: id });
    }
  return done;
};
