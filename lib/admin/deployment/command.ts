import type { Command } from 'commander';
import type { AdministrativeChange } from '../../../functions/platform/administrative-change.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import type { Output } from '../cli/output.ts';
import type { Target } from './target.ts';

/** What a command works with. */
export interface CommandContext {
  readonly services: Services;
  readonly output: Output;
  readonly target: Target;
  /** Makes a change, and records it in the account's audit log with the operator's name. */
  readonly record: <Result>(account: string, change: AdministrativeChange<Result>) => Promise<Result>;
}

/**
 * Wraps the action of a command. The action gets an open deployment and the command's options, with the arguments as
 * `args` and the first of them as `id`.
 */
export type Run = <Options extends object>(
  action: (options: Options, context: CommandContext) => Promise<void>,
) => (...callArguments: [...(string | object)[], Command]) => Promise<void>;
