import { faultOf, isRowFault, MAX_FAULTS } from '../../../platform/jobs/row-fault.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Chunk } from '../jobs/chunk.ts';
import type { Job } from '../jobs/job.ts';
import { addToCounts } from '../outcomes/counts.ts';
import type { Failure } from '../outcomes/failure.ts';
import type { RowProblem } from '../outcomes/problem.ts';
import { joinedWarnings } from '../outcomes/warnings.ts';
import type { Unit } from '../rows/units.ts';
import { applyUnits, rememberFailure, type WindowResult } from './window.ts';

/**
 * Applies a window. If a bug of ours makes a row fail, the window is halved until that row is alone. The row fails with
 * an id that is in the logs, and the others are imported. Halves are applied like a window that is repeated after a kill.
 */
export const applyWindow = async (
  job: Job,
  chunk: Chunk,
  units: readonly Unit[],
  services: Services,
): Promise<WindowResult> => {
  const faults: { readonly unit: Unit; readonly problems: readonly RowProblem[] }[] = [];
  const apply = async (at: Chunk, some: readonly Unit[]): Promise<WindowResult> => {
    try {
      return await applyUnits(job, at, some, services);
    } catch (error) {
      if (!isRowFault(error)) throw error;
      const again = { ...at, starts: Math.max(2, at.starts ?? 0) };
      const [only] = some;
      if (!only) throw error;
      if (some.length === 1) {
        if (faults.length === MAX_FAULTS) throw error;
        return fail(only, again, error);
      }
      const middle = some.length >> 1;
      const first = await apply(again, some.slice(0, middle));
      const second = await apply({ ...again, counts: first.counts }, some.slice(middle));
      return {
        counts: second.counts,
        failures: [...first.failures, ...second.failures],
        notes: [...first.notes, ...second.notes],
        warnings: joinedWarnings([...first.warnings, ...second.warnings]),
      };
    }
  };
  const fail = (unit: Unit, at: Chunk, error: unknown): WindowResult => {
    const [first] = unit.rows;
    const problems = [faultOf(error, { account: job.account, job: job.id, row: first?.number }, services)];
    faults.push({ unit, problems });
    const failures = unit.rows.map(({ number, text }): Failure => ({ row: number, problems, original: text }));
    return {
      counts: addToCounts(
        at.counts,
        unit.rows.map(() => ({ outcome: 'failed' }) as const),
      ),
      failures,
      notes: [],
      warnings: [],
    };
  };
  const result = await apply(chunk, units);
  // Last: if the whole window fails, the next try starts with all of its rows.
  for (const { unit, problems } of faults)
    await rememberFailure(unit, problems, job, { account: job.account, table: services.table });
  return result;
};
