import type { ListReference } from '../../lists/actions.ts';
import type { Version } from './version.ts';

export interface References {
  readonly lists: readonly ListReference[];
  /** Forms that a button opens. */
  readonly forms: readonly ListReference[];
}

/** The lists and forms that a version names, with their JSON pointers. */
export const referencesIn = ({ steps, triggers }: Version, base: string): References => {
  const lists: ListReference[] = [];
  const forms: ListReference[] = [];
  for (const [s, { columns }] of steps.entries())
    for (const [c, { rows }] of columns.entries())
      for (const [r, { blocks }] of (rows ?? []).entries())
        for (const [b, block] of blocks.entries()) {
          if (block.type !== 'button' && block.type !== 'image') continue;
          const at = `${base}/steps/${s}/columns/${c}/rows/${r}/blocks/${b}/action/properties`;
          const { action } = block;
          if (action?.type === 'open_form')
            forms.push({ id: action.properties.form_id_to_open, pointer: `${at}/form_id_to_open` });
          else if (action?.properties?.list_id) lists.push({ id: action.properties.list_id, pointer: `${at}/list_id` });
        }
  for (const [t, trigger] of (triggers ?? []).entries()) {
    if (trigger.type !== 'lists_and_segments') continue;
    for (const name of ['allow_list', 'deny_list'] as const)
      for (const [i, id] of (trigger.properties?.[name] ?? []).entries())
        lists.push({ id, pointer: `${base}/triggers/${t}/properties/${name}/${i}` });
  }
  return { lists, forms };
};
