/** A file that can't be read, and what to do about it. */
export class FileError extends Error {}
