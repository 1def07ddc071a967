/** What `lib/sandbox/bundled-sandbox.ts` writes: `child.ts` with its libraries, for the process that runs it. */
declare module 'sandbox-source' {
  export const source: string;
}
