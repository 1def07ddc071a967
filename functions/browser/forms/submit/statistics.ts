import type { LiveForm } from '../definition/definition.ts';
import type { Host } from '../host/host.ts';
import { postJson } from './requests.ts';

interface Statistic {
  readonly name: string;
  readonly form_id: string;
  readonly form_version_id: string;
  readonly step?: string | undefined;
  readonly is_unique: boolean;
}

export type StatisticName = 'viewed' | 'viewed_step' | 'closed' | 'qualified';

const WAIT_MS = 2_000;
/** The server takes so many at once. */
const MAX = 20;

/** Counts what happens with forms: sent together, at the latest when the page ends. */
export const openStatistics = (host: Host) => {
  const waiting: Statistic[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const send = (): void => {
    clearTimeout(timer);
    timer = undefined;
    while (waiting.length > 0) {
      const attributes = { events: waiting.splice(0, MAX) };
      void postJson(host, 'form-statistics', { type: 'form-statistics', attributes });
    }
  };
  addEventListener('pagehide', send);
  return (name: StatisticName, { id, version_id }: LiveForm, step?: string): void => {
    const key = `s:${name}:${version_id}:${step ?? ''}`;
    const isUnique = host.local.get(key) === undefined;
    if (isUnique) host.local.set(key, '1');
    waiting.push({ name, form_id: id, form_version_id: version_id, step, is_unique: isUnique });
    timer ??= setTimeout(send, WAIT_MS);
  };
};

export type Count = ReturnType<typeof openStatistics>;
