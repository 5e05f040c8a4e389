/**
 * The calls to the kernel that code in a sandbox has no need of: they hold memory that no limit counts, reach keys that
 * no namespace divides, look into other processes, or have a long record of holes. By architecture: x64, arm64.
 */
const DENIED: Readonly<Record<string, readonly [number, number]>> = {
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  shmget: [29, 194],
  msgget: [68, 186],
  semget: [64, 190],
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsmount: [432, 432],
  unshare: [272, 97],
  setns: [308, 268],
  open_by_handle_at: [304, 265],
  kexec_load: [246, 104],
  init_module: [175, 105],
  finit_module: [313, 273],
  syslog: [103, 116],
};

const ARCHITECTURES: Readonly<Record<string, { readonly audit: number; readonly column: 0 | 1 }>> =
  {
    x64: { audit: 0xc000003e, column: 0 },
    arm64: { audit: 0xc00000b7, column: 1 },
  };

const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_AT_LEAST = 0x35;
const RETURN = 0x06;
const KILL = 0x80000000;
const ALLOW = 0x7fff0000;
const DENY = 0x00050001;
/** Calls of the x32 kind, numbered from here on, would go round the list. */
const X32 = 0x40000000;
const AT_NUMBER = 0;
const AT_ARCHITECTURE = 4;

/** A filter as bubblewrap reads it; nothing on an architecture whose numbers are not known here. */
export function syscallFilter(architecture: string): Buffer | undefined {
  const known = ARCHITECTURES[architecture];
  if (known === undefined) return undefined;
  const numbers = Object.values(DENIED).map((both) => both[known.column]);
  const steps = [
    step(LOAD_WORD, AT_ARCHITECTURE),
    step(JUMP_IF_EQUAL, known.audit, { yes: 1 }),
    step(RETURN, KILL),
    step(LOAD_WORD, AT_NUMBER),
    step(JUMP_IF_AT_LEAST, X32, { yes: numbers.length + 1 }),
    ...numbers.map((number, at) => step(JUMP_IF_EQUAL, number, { yes: numbers.length - at })),
    step(RETURN, ALLOW),
    step(RETURN, DENY),
  ];
  return Buffer.concat(steps);
}

/** One `struct sock_filter`: what it does, how many steps it skips when it holds, its value. */
function step(code: number, value: number, { yes = 0 } = {}): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(yes, 2);
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
