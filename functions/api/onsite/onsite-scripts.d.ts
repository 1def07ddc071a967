/** What `lib/onsite/bundled-scripts.ts` writes: the scripts of `functions/browser`, for the function that serves them. */
declare module 'onsite-scripts' {
  export const scripts: import('./script-files.ts').ScriptFiles;
}
