import * as v from 'valibot';
import type { Action } from './actions.ts';
import type { Block } from './blocks.ts';
import type { HtmlNode } from './html.ts';
import type { Version } from './version.ts';

type VersionColumn = Version['steps'][number]['columns'][number];
type VersionRow = NonNullable<VersionColumn['rows']>[number];

/** A part with an id of its own. */
type WithId<Part> = Part extends unknown ? Omit<Part, 'id'> & { readonly id: string } : never;
type StoredAction = WithId<Action>;
/** A block with its action, and with its markup as data. */
export type StoredBlock = Block extends infer One
  ? One extends Block
    ? Omit<One, 'id' | 'action'> & {
        readonly id: string;
        readonly action?: StoredAction | undefined;
        readonly tree?: readonly HtmlNode[] | undefined;
      }
    : never
  : never;
export type StoredRow = WithId<Omit<VersionRow, 'blocks'>> & { readonly blocks: readonly StoredBlock[] };
export type StoredColumn = WithId<Omit<VersionColumn, 'rows'>> & { readonly rows: readonly StoredRow[] };
export type StoredStep = WithId<Omit<Version['steps'][number], 'columns' | 'steps'>> & {
  readonly columns: readonly StoredColumn[];
};
export type StoredTeaser = WithId<NonNullable<Version['teasers']>[number]> & { readonly tree: readonly HtmlNode[] };
type StoredTrigger = WithId<NonNullable<Version['triggers']>[number]>;

/** A version as it is stored: each part has an id, and markup is data. It was checked when it was saved. */
export type StoredVersion = Omit<Version, 'id' | 'status' | 'steps' | 'triggers' | 'teasers'> & {
  readonly steps: readonly StoredStep[];
  readonly triggers: readonly StoredTrigger[];
  readonly teasers: readonly StoredTeaser[];
};
export const StoredVersion = v.custom<StoredVersion>(
  (value) => typeof value === 'object' && value !== null && 'steps' in value,
);

/** The version in Klaviyo's format, as it can be sent back. */
export const toSent = ({ teasers, steps, ...version }: StoredVersion) => ({
  ...version,
  steps: steps.map((step) => ({
    ...step,
    columns: step.columns.map((column) => ({
      ...column,
      rows: column.rows.map((row) => ({ ...row, blocks: row.blocks.map(({ tree: _, ...block }) => block) })),
    })),
  })),
  teasers: teasers.map(({ tree: _, ...teaser }) => teaser),
});

const fieldTypes = [
  'email',
  'phone_number',
  'text',
  'date',
  'age_gate',
  'checkboxes',
  'radio_buttons',
  'dropdown',
  'promotional_sms_checkbox',
  'promotional_email_checkbox',
] as const;

/** A block that a visitor fills in. */
export type StoredField = Extract<StoredBlock, { readonly type: (typeof fieldTypes)[number] }>;
/** A block that does something when it is pressed. */
export type StoredButton = Extract<StoredBlock, { readonly type: 'button' | 'image' }>;

export const blocksOf = ({ columns }: StoredStep): StoredBlock[] =>
  columns.flatMap(({ rows }) => rows.flatMap(({ blocks }) => blocks));

export const isField = (block: StoredBlock): block is StoredField => fieldTypes.some((type) => type === block.type);
const isButton = (block: StoredBlock): block is StoredButton => block.type === 'button' || block.type === 'image';

/** The buttons of a step that send its fields. */
export const submitButtonsOf = (step: StoredStep): StoredButton[] =>
  blocksOf(step).filter(
    (block): block is StoredButton =>
      isButton(block) && block.action !== undefined && (block.action.submit ?? block.action.type === 'open_form'),
  );
