/** Whether tests that repeat, kill or fuzz do so as often as `npm run soak -- tests` has it; `npm test` does it less often. */
export const isFullSize = process.env.TEST_SIZE === 'full';

export const sized = <Size>({ full, reduced }: { readonly full: Size; readonly reduced: Size }): Size =>
  isFullSize ? full : reduced;
