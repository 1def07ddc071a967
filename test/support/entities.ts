import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shardsOf } from '../../functions/platform/table/listing/shards.ts';

const root = join(import.meta.dirname, '../..');
const declaration = /(?:entity|itemErrors)\(\{\s*type: '([\w-]+)',[\s\S]*?schema: (\w+)/g;
const files = globSync('functions/**/*.ts', { cwd: root }).toSorted();
const sources = files.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** The schema that is called so: in the same file, in the one that it imports, or in one that this exports again. */
const schemaNamed = (name: string, { path, text }: (typeof sources)[number]): string => {
  const pattern = new RegExp(`const ${name} = v\\.[\\s\\S]*?\\n(?:\\}|\\]|\\S)`);
  const imported = new RegExp(`import (?:type )?\\{[^}]*\\b${name}\\b[^}]*\\} from '([^']+)'`).exec(text)?.[1];
  const importedPath = imported === undefined ? undefined : join(dirname(path), imported);
  const likeliest = sources.filter((source) => source.path === path || source.path === importedPath);
  const texts = [...likeliest, ...sources].map((source) => source.text);
  return texts.map((one) => pattern.exec(one)?.[0]).find((match) => match !== undefined) ?? '';
};

/** Their updates set `expiresAt`, which their schema does not read. */
const expiringByUpdate: readonly string[] = ['rate_count'];

/** Every type of item that the sources declare, and whether DynamoDB removes it by its TTL. */
export const declaredTypes = sources.flatMap((source) =>
  [...source.text.matchAll(declaration)].map(([, type = '', schema = '']) => ({
    type,
    path: source.path,
    expires: expiringByUpdate.includes(type) || /\bexpiresAt\b/.test(schemaNamed(schema, source)),
  })),
);

interface Declared {
  readonly type: string;
  key(value: object): { readonly pk: string; readonly sk: string };
  indexAttributes(value: object): Readonly<Record<string, string>>;
}
const isEntity = (value: unknown): value is Declared =>
  typeof value === 'object' && value !== null && 'type' in value && 'key' in value && 'indexAttributes' in value;

/** The entities that the sources export. A barrel exports one again: each counts once. */
const loadEntities = async (): Promise<readonly Declared[]> => {
  const paths = sources.filter(({ text }) => /(?:entity|itemErrors)\(\{\s*type:/.test(text)).map(({ path }) => path);
  const modules = await Promise.all(paths.map((path) => import(join(root, path))));
  const exported = modules.flatMap((module) => Object.values<unknown>(module)).filter(isEntity);
  return [...new Map(exported.map((entity) => [entity.type, entity])).values()];
};

/** A value whose every property is its own name in angle brackets, but for those given. */
const placeholders = (given: object): object =>
  new Proxy(given, { get: (_, name) => (name in given ? Reflect.get(given, name) : `<${String(name)}>`) });

const address = { kind: '<kind>', value: '<address>' };
const job = { account: '<account>', kind: '<create or delete>' };
/** Where a key depends on more than the text of a property: each line of the table, by what is special about the value. */
const samples: Readonly<Record<string, readonly object[]>> = {
  profile: [{ mergedInto: undefined }, { mergedInto: '<destination>' }],
  identifier: [{ kind: '<kind>' }, { kind: 'email', value: '<address>' }],
  pending_opt_in: [{ email: '<email, or another identifier>' }],
  confirmation_limit: [{ by: undefined }, { by: 'public' }],
  form_submission: [{ work: { person: { email: '<email, or another identifier>' } } }],
  form_statistics: [{ shard: '0', window: '<window, 6 digits>' }],
  suppression: [{ address }],
  suppression_ledger_entry: [{ address }],
  soft_bounce: [{ address }],
  consent_chain_head: [{ ledger: 'A#<account>#LEDGER#<profileId>' }, { ledger: 'A#<account>#LEDGER#<kind>#<address>' }],
  suppression_job: [
    { ...job, listId: undefined },
    { ...job, listId: '<listId>' },
  ],
  member_count: [{ shard: '0' }],
  import_chunk: [{ number: '<number, 6 digits>' }],
  import_failed_row: [{ row: '<row, 12 digits>' }],
  'profile-bulk-import-error': [{ row: '<row, 5 digits>' }],
};

/** No key holds a digit but that of its shard. */
const withShards = (key: string): string => key.replace(/#\d(?=#|$)/, `#<0-${shardsOf(String).length - 1}>`);
const code = (key: string): string => `\`${withShards(key)}\``;

/** The lines of the table of items in docs/table.md, in the order of their keys. */
export const itemLines = async (): Promise<readonly string[]> => {
  const expiring = new Set(declaredTypes.filter(({ expires }) => expires).map(({ type }) => type));
  const lines = (await loadEntities()).flatMap((entity) =>
    (samples[entity.type] ?? [{}]).map((sample) => {
      const value = placeholders(sample);
      const { pk, sk } = entity.key(value);
      const keys = entity.indexAttributes(value);
      const indexes = ['gsi1', 'gsi2']
        .filter((name) => keys[`${name}pk`] !== undefined)
        .map((name) => `${name}: ${code(keys[`${name}pk`] ?? '')} / ${code(keys[`${name}sk`] ?? '')}`);
      const cells = [
        code(pk),
        code(sk),
        `\`${entity.type}\``,
        indexes.join('; '),
        expiring.has(entity.type) ? 'yes' : '',
      ];
      return `| ${cells.join(' | ')} |`.replaceAll('|  |', '| – |').replaceAll('|  |', '| – |');
    }),
  );
  return lines.toSorted();
};
