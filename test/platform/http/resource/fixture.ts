import type { startApp } from '../../../support/app.ts';

export type App = Awaited<ReturnType<typeof startApp>>;

/** A resource in the form of a response. */
export interface Shown {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships?: Readonly<Record<string, { readonly data?: unknown; readonly links?: object }>>;
}

/** The filter value that finds this one, if it is not an attribute. */
type Values = Readonly<Record<string, (one: Shown, app: App) => Promise<string> | string>>;

interface Related {
  /** Creates the nth related resource, and returns its id. */
  readonly make?: (n: number, app: App) => Promise<string>;
  /** If no endpoint changes the relationship: relates the nth to the one with this id, and returns its id. */
  readonly relate?: (id: string, n: number, app: App) => Promise<string>;
  /** Each owner has one from the start. */
  readonly isNeverEmpty?: boolean;
  readonly filterValues?: Values;
}

/** What the suite needs to create resources of a type. In all filters and sorts, the first five differ. */
export interface Fixture {
  /**
   * The `attributes` and `relationships` of the nth to create. @default `make`, else they exist from the start
   */
  readonly body?: (n: number) => { readonly attributes: object; readonly relationships?: object };
  /** Creates the nth, if another endpoint than its own creates it. */
  readonly make?: (n: number, app: App) => Promise<unknown>;
  /** Where no endpoint lists them: reads those that were made, oldest first. */
  readonly items?: (app: App) => Promise<readonly Shown[]>;
  /** Attributes to change, in the form of a response. */
  readonly change?: Readonly<Record<string, unknown>>;
  /** Every account has all of them from the start, each with its own state. */
  readonly isInEveryAccount?: boolean;
  /** A job deletes it: until then it can be deleted again. */
  readonly isDeletedLater?: boolean;
  readonly filterValues?: Values;
  /** Relationships that are shown and served, and not declared. */
  readonly undeclared?: readonly string[];
  /** By name, the relationships that are not always empty. */
  readonly related?: Readonly<Record<string, Related>>;
}

const names = ['Zebra', 'apple', 'Mango', 'Émile', 'banana', 'Quince', 'cherry'];
export const nameOf = (n: number): string => names[n] ?? `Name ${n}`;

export const made = async (app: App, path: string, data: object): Promise<string> => {
  const { status, body } = await app.post(path, { data });
  if (status >= 300) throw new Error(`${path}: ${JSON.stringify(body)}`);
  return body?.data.id;
};
