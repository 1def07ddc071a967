type Values = Readonly<Record<string, unknown>>;

/** A change of settings, by people or programs that administrate an account. */
export interface AdministrativeChange<Result> {
  /** Such as `create`, `update` or `rotate`. */
  readonly action: string;
  /** The type of the resource, and its id if it has one already. */
  readonly type: string;
  readonly id?: string | undefined;
  /** The state before, as it is shown: without secrets. */
  readonly before?: Values | undefined;
  readonly run: () => Promise<Result>;
  /** The state after. */
  readonly after: (result: Result) => { readonly id?: string; readonly values?: Values };
}
