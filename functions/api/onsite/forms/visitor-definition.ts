import type { StoredBlock, StoredVersion } from '../../../domains/forms/definition/stored.ts';

/** A version as browsers get it: markup is data, and there is nothing that only the server needs. */
export const visitorDefinition = ({ name: _, ab_test: __, steps, teasers, ...version }: StoredVersion) => ({
  ...version,
  steps: steps.map((step) => ({
    ...step,
    columns: step.columns.map((column) => ({
      ...column,
      rows: column.rows.map((row) => ({ ...row, blocks: row.blocks.map(withoutSource) })),
    })),
  })),
  teasers: teasers.map(({ content: _content, ...teaser }) => teaser),
});

const withoutSource = (block: StoredBlock): StoredBlock => {
  if (block.type !== 'html_text' || !block.properties) return block;
  const { content: _, ...properties } = block.properties;
  return { ...block, properties };
};
