/** The error of a file that cannot be read. The message says what to do. */
export class FileError extends Error {}
