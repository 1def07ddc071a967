/** What is done to objects of a bucket: each right with the folders that it holds for, each with a slash at its end. */
export interface FileUse<Bucket extends string = string>
  extends Readonly<Partial<Record<FileRight, readonly string[]>>> {
  readonly bucket: Bucket;
}

/**
 * `read` also lists, and tells an object that isn't there from one that may not be read. `link` hands out addresses where
 * others download. `writeParts` writes what comes as a stream. `remove` leaves older versions, `erase` finds and removes
 * every version.
 */
export type FileRight = 'read' | 'readVersions' | 'link' | 'write' | 'writeParts' | 'remove' | 'erase';
