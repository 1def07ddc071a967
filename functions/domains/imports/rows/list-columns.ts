import * as v from 'valibot';
import { problemText } from '../../../platform/validation/problem-text.ts';
import { ListId, ListName } from '../../lists/list.ts';
import { exportColumns } from '../columns/export-columns.ts';
import { comparable } from '../columns/headers.ts';
import type { timesIn } from '../columns/mapping.ts';
import { withoutFirstGuard } from '../csv/formulas.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import { pastTimeProblem } from './past-time.ts';

/** The list that a row puts its person on, or that the person opted out of. */
export interface RowList {
  readonly id: string;
  readonly name?: string;
  readonly joinedAt?: Date;
  readonly optedOutAt?: Date;
}

interface How {
  readonly readTime: ReturnType<typeof timesIn>;
  /** The latest time of a change. */
  readonly until?: string | undefined;
}

interface Read {
  readonly list?: RowList;
  readonly problems: readonly RowProblem[];
}

const { listId, listName, joined, optedOut } = exportColumns;
const names = new Set([listId, listName, joined, optedOut].map(comparable));

/** Columns that are about a list and nothing else. */
export const listColumns = (headers: readonly string[]): ReadonlySet<number> =>
  new Set(headers.flatMap((header, column) => (names.has(comparable(header)) ? [column] : [])));

const none: Read = { problems: [] };

/** Creates a reader of the list of a row. Most files have no such columns. */
export const listReader = (headers: readonly string[], { readTime, until }: How) => {
  const at = (name: string): number => headers.findIndex((header) => comparable(header) === comparable(name));
  const id = at(listId);
  if (id === -1) return (): Read => none;
  const columns = { name: at(listName), joined: at(joined), optedOut: at(optedOut) };

  return (cells: readonly string[]): Read => {
    const textAt = (column: number): string => withoutFirstGuard(cells[column] ?? '').trim();
    if (textAt(id) === '') return none;
    const problems: RowProblem[] = [];
    const read = (schema: typeof ListId | typeof ListName, column: number): string => {
      const parsed = v.safeParse(schema, textAt(column));
      if (parsed.success) return parsed.output;
      problems.push({ column: headers[column], code: 'invalid_list', message: problemText(parsed.issues[0], 'It') });
      return '';
    };
    const timeAt = (column: number): Date | undefined => {
      if (textAt(column) === '') return undefined;
      const time = readTime(comparable(headers[column] ?? ''), textAt(column));
      const problem = time instanceof Date ? pastTimeProblem(time, until) : time;
      if (problem) problems.push({ column: headers[column], ...problem });
      return time instanceof Date ? time : undefined;
    };
    const joinedAt = timeAt(columns.joined);
    const optedOutAt = timeAt(columns.optedOut);
    const list = {
      id: read(ListId, id),
      ...(textAt(columns.name) !== '' && { name: read(ListName, columns.name) }),
      ...(joinedAt && { joinedAt }),
      ...(optedOutAt && { optedOutAt }),
    };
    return { list, problems };
  };
};
