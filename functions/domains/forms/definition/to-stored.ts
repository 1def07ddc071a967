import type { Block } from './blocks.ts';
import { safeTree } from './html.ts';
import type { StoredBlock, StoredColumn, StoredRow, StoredStep, StoredTeaser, StoredVersion } from './stored.ts';
import type { Version } from './version.ts';

/** Gives each part an id, and reads markup. */
export const toStored = async (version: Version): Promise<StoredVersion> => {
  const { id: _, status: __, steps, triggers, teasers, ...rest } = version;
  const nextId = idAssigner(version);
  const storedSteps: StoredStep[] = [];
  for (const { steps: _nested, columns, ...step } of steps) {
    const storedColumns: StoredColumn[] = [];
    for (const { rows, ...column } of columns) {
      const storedRows: StoredRow[] = [];
      for (const { blocks, ...row } of rows ?? []) {
        const storedBlocks: StoredBlock[] = [];
        for (const block of blocks) storedBlocks.push(await toStoredBlock(block, nextId));
        storedRows.push({ ...row, id: row.id ?? nextId('row'), blocks: storedBlocks });
      }
      storedColumns.push({ ...column, id: column.id ?? nextId('column'), rows: storedRows });
    }
    storedSteps.push({ ...step, id: step.id ?? nextId('step'), columns: storedColumns });
  }
  const storedTeasers: StoredTeaser[] = [];
  for (const teaser of teasers ?? [])
    storedTeasers.push({ ...teaser, id: teaser.id ?? nextId('teaser'), tree: await safeTree(teaser.content) });
  return withoutNulls({
    ...rest,
    steps: storedSteps,
    triggers: (triggers ?? []).map((trigger) => ({ ...trigger, id: trigger.id ?? nextId('trigger') })),
    teasers: storedTeasers,
  });
};

const toStoredBlock = async (block: Block, nextId: NextId): Promise<StoredBlock> => {
  const id = block.id ?? nextId('block');
  if (block.type === 'html_text') return { ...block, id, tree: await safeTree(block.properties?.content ?? '') };
  if (block.type !== 'button' && block.type !== 'image') return { ...block, id };
  const { action, ...rest } = block;
  if (!action) return { ...rest, id };
  return { ...rest, id, action: { ...action, id: action.id ?? nextId('action') } };
};

type NextId = (kind: string) => string;

/** Counts by kind, past the ids that the definition has already. */
const idAssigner = (version: Version): NextId => {
  const matches = [...JSON.stringify(version).matchAll(/"id":"([\w-]{1,64})"/g)];
  const taken = new Set(matches.map(([, id]) => id));
  const counts = new Map<string, number>();
  return (kind) => {
    for (let count = (counts.get(kind) ?? 0) + 1; ; count++) {
      counts.set(kind, count);
      const id = `${kind}-${count}`;
      if (!taken.has(id)) return id;
    }
  };
};

/** Absent and null mean the same: absent costs nothing. */
const withoutNulls = <T extends object>(value: T): T =>
  JSON.parse(JSON.stringify(value, (_, member: unknown) => member ?? undefined));
