/** What undici has of this alone: its index draws in a browser's fetch, and as much again. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
