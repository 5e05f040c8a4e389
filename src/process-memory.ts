import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** How much memory is used and may be used, in bytes. */
interface Used {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

interface Whole extends Used {
  /** What it holds before there is a team: no team that leaves gives that back. */
  readonly idleBytes: number;
}

/**
 * Reads the memory of this process that is nearest to its end: the heap of its JavaScript, or, where the system sets the
 * process a limit (a container's), all that it has come to hold since the first reading, which is to be made when the house
 * has just been opened.
 */
export function memoryReader(): () => Used {
  let idleBytes: number | undefined;
  return () => {
    const { used_heap_size: usedBytes, heap_size_limit: limitBytes } = getHeapStatistics();
    const resident = process.memoryUsage.rss();
    idleBytes ??= resident;
    const whole = { usedBytes: resident, limitBytes: process.constrainedMemory(), idleBytes };
    return nearestToItsEnd({ usedBytes, limitBytes }, whole, totalmem());
  };
}

/** Without a limit of its own, a process is told none (0), or one that is larger than the machine. */
export function nearestToItsEnd(heap: Used, whole: Whole, machineBytes: number): Used {
  const { usedBytes, limitBytes, idleBytes } = whole;
  const isLimited = limitBytes > idleBytes && limitBytes <= machineBytes;
  const forTeams = { usedBytes: usedBytes - idleBytes, limitBytes: limitBytes - idleBytes };
  return isLimited && shareOf(forTeams) > shareOf(heap) ? forTeams : heap;
}

const shareOf = ({ usedBytes, limitBytes }: Used): number => usedBytes / limitBytes;
