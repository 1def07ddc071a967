import type { DeviceRule } from '../definition/definition.ts';

/** Where the layout of small screens begins. */
const SMALL = '(max-width: 767px)';

export const device = (): 'desktop' | 'mobile' => (matchMedia(SMALL).matches ? 'mobile' : 'desktop');

export const isForDevice = (rules: readonly DeviceRule[] | undefined): boolean =>
  !rules || rules.length === 0 || rules.includes('both') || rules.includes(device());
