import type { LiveForm, Trigger } from '../definition/definition.ts';
import type { Memory } from './memory.ts';
import { isUrlMeant } from './patterns.ts';

export interface Circumstances {
  readonly url: string;
  readonly device: 'desktop' | 'mobile';
  readonly isIdentified: boolean;
}

const DAY_MS = 86_400_000;
/** Klaviyo's default. */
const PAUSE_DAYS = 5;

/** Whether a form is meant for this visitor on this page. When it is shown is another question. */
export const isMeant = ({ id, definition }: LiveForm, memory: Memory, here: Circumstances): boolean => {
  const past = memory.read(id);
  const holds = ({ type: kind, properties = {} }: Trigger): boolean => {
    switch (kind) {
      case 'device':
        return [undefined, 'both', here.device].includes(properties.device);
      case 'url_patterns':
        return isUrlMeant(here.url, properties.allow_list, properties.deny_list);
      case 'identified_profiles':
        return here.isIdentified;
      case 'unidentified_profiles':
        return !here.isIdentified;
      case 'previously_submitted':
        return past.submitted === undefined;
      case 'lists_and_segments': {
        const { allow_list: allowed = [], deny_list: denied = [] } = properties;
        return (allowed.length === 0 || allowed.some(memory.hasJoined)) && !denied.some(memory.hasJoined);
      }
      default:
        return true;
    }
  };
  return (definition.triggers ?? []).every(holds);
};

/** Whether the form was closed or sent so lately that it stays away. */
export const isPaused = ({ id, definition }: LiveForm, memory: Memory, now: number): boolean => {
  const { closed = 0, submitted = 0 } = memory.read(id);
  const pause = definition.triggers?.find(({ type }) => type === 'after_close_or_submit_timeout');
  return !!pause && now - Math.max(closed, submitted) < (pause.properties?.timeout_days ?? PAUSE_DAYS) * DAY_MS;
};
