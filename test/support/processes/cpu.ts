/** Microseconds of processor that some work takes in this process, whatever else the machine does: the least of some runs. */
export const cpuOf = async (work: () => unknown, runs = 3): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
};
