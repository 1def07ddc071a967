/** The part of undici that we use. Its index also loads a browser's fetch, which doubles the size. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
