/** Reserved at the end of a run: enough for a window on a slow table. */
export const MARGIN_MS = 30_000;
