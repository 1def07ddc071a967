declare module 'fs-native-extensions' {
  /** Whether the exclusive lock on the file is now held through this descriptor, which is open for writing. */
  export const tryLock: (fd: number) => boolean;
}
